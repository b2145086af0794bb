import { Card, Descriptions, Flex, Grid, Table } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestStatus } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';
import { StateTag } from '../shell/state-tag.js';
import { Deadline } from './deadline.js';

type Part = RequestStatus['parts'][number];

/** Answers "where is it?": state, whose turn it is and since when, by when, and the provider's number; cards on a narrow screen. */
export function PartsTable({ parts }: { parts: Part[] }) {
  const isWide = Grid.useBreakpoint().lg;
  const columns = useColumns();
  if (isWide)
    return (
      <Table<Part>
        size="small"
        rowKey="utility"
        pagination={false}
        dataSource={parts}
        columns={columns.map(({ title, show }) => ({ title, render: (_, part) => show(part) }))}
      />
    );
  return (
    <Flex vertical gap="small">
      {parts.map((part) => (
        <Card key={part.utility} size="small">
          <Descriptions
            size="small"
            column={1}
            items={columns.map(({ title, show }) => ({ key: title, label: title, children: show(part) }))}
          />
        </Card>
      ))}
    </Flex>
  );
}

function useColumns(): { title: string; show: (part: Part) => ReactNode }[] {
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
      show: ({ holderText, reason, since, delivery, silence }) =>
        [
          holderText,
          reason?.text,
          delivery.status !== 'delivered' && delivery.text,
          silence?.text,
          t('request.since', { time: shanghaiTime(since) }),
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
    { title: t('request.reference'), show: ({ reference }) => reference ?? '—' },
    { title: t('request.withdrawal'), show: ({ withdrawal }) => withdrawal?.text ?? '—' },
  ];
}
