import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { stateCalendar } from '../../api/sdk.gen.js';
import type { CalendarState } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { AwayServices } from './away-services.js';
import { NoticeImport } from './notice-import.js';
import { ScrollTable } from './scroll-table.js';
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
  const columns: TableColumnsType<Row> = [
    { title: t('flow.service'), key: 'service', render: (_, { service }) => t(`service.${service}`) },
    { title: t('calendar.until'), dataIndex: 'announcedUntil' },
    { title: t('calendar.left'), key: 'left', render: (_, { daysLeft }) => t('days', { count: daysLeft }) },
    { title: t('calendar.version'), dataIndex: 'catalogueVersion', responsive: ['md'] },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <ScrollTable<Row>
        label={t('tab.calendar')}
        rowKey="service"
        pagination={false}
        loading={isPending && answers.length === 0}
        columns={columns}
        dataSource={answers.map(({ service, data }) => ({ service, ...data }))}
      />
      <NoticeImport />
    </>
  );
}
