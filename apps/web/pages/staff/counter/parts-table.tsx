import { useTranslation } from 'react-i18next';
import type { RequestStatus } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { StateTag } from '../shell/state-tag.js';
import { Deadline } from './deadline.js';
import { hasEnded } from './has-ended.js';

type Part = RequestStatus['parts'][number];

/** Answers "where is it?": state, whose turn it is and since when, by when, and the provider's number. */
export function PartsTable({ parts }: { parts: Part[] }) {
  const { t } = useTranslation('counter');
  return <RowTable<Part> label={t('requests.parts')} rowKey="utility" rows={parts} columns={useColumns()} />;
}

function useColumns(): Column<Part>[] {
  const { t } = useTranslation('counter');
  return [
    { title: t('receipt.utility'), show: ({ name }) => name },
    { title: t('receipt.provider'), show: ({ provider }) => provider.name },
    {
      title: t('requests.status'),
      show: ({ state, stateText }) => <StateTag state={state} text={stateText} />,
    },
    {
      title: t('request.turn'),
      show: ({ state, holderText, reason, since, delivery, delivered, silence }) =>
        [
          holderText ?? (delivered && !hasEnded(state) && t('request.withProvider')),
          reason?.text,
          !hasEnded(state) && delivery.status !== 'delivered' && delivery.text,
          silence?.text,
          t(hasEnded(state) ? 'request.ended' : 'request.since', { time: shanghaiTime(since) }),
        ]
          .filter(Boolean)
          .join(' · '),
    },
    {
      title: t('requests.deadline'),
      show: ({ clock, holderDeadline, holderDeadlineProvisional }) => (
        <Deadline
          date={holderDeadline ?? clock.slaDate}
          note={holderDeadline ? holderDeadlineProvisional : clock.provisional}
        />
      ),
    },
    { title: t('request.reference'), show: ({ reference }) => reference },
    { title: t('request.withdrawal'), show: ({ withdrawal }) => withdrawal?.text },
  ];
}
