import { useTranslation } from 'react-i18next';
import { stateCalendar } from '../../api/sdk.gen.js';
import type { CalendarState } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { AwayServices } from './away-services.js';
import { NoticeImport } from './notice-import.js';
import { SERVICES, type Service } from './services.js';
import { useEach } from './use-each.js';

interface Row extends CalendarState {
  service: Service;
}

/** Until when each service knows the holidays, and the import of the next year's. */
export function CalendarTab() {
  const { t } = useTranslation('operations');
  const { answers, errors, isPending } = useEach('calendar', SERVICES, (service) =>
    dataOf(stateCalendar({ path: { service } })),
  );
  const columns: Column<Row>[] = [
    { title: t('flow.service'), show: ({ service }) => t(`service.${service}`) },
    { title: t('calendar.until'), show: ({ announcedUntil }) => announcedUntil },
    { title: t('calendar.left'), show: ({ daysLeft }) => t('days', { count: daysLeft }) },
    { title: t('calendar.version'), show: ({ catalogueVersion }) => catalogueVersion },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <RowTable<Row>
        label={t('tab.calendar')}
        rowKey="service"
        loading={isPending && answers.length === 0}
        columns={columns}
        rows={answers.map(({ service, data }) => ({ service, ...data }))}
      />
      <NoticeImport />
    </>
  );
}
