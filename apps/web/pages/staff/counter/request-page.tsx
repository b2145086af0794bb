import { useQuery } from '@tanstack/react-query';
import { Button, Descriptions, Flex, Skeleton, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { findRequests } from '../../api/sdk.gen.js';
import type { FindRequestsResponses, RequestStatus } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { StateTag } from '../shell/state-tag.js';
import { AmendDrawer } from './amend-drawer.js';
import { CorrectionDrawer } from './correction-drawer.js';
import { Deadline } from './deadline.js';
import { useLiveStatus } from './live-status.js';
import { NumbersOfDocuments } from './numbers-of-documents.js';
import { RequestNotices } from './request-notices.js';
import { ReissueButton } from './reissue-button.js';
import { WithdrawModal } from './withdraw-modal.js';
import './counter.css';

export type RequestInFull = FindRequestsResponses[200];
type Act = 'amend' | 'withdraw' | `correct:${string}`;

/** One request: where it is and who has the ball, what was registered, and what can be done at the counter. */
export default function RequestPage() {
  const { t } = useTranslation('counter');
  const receipt = useParams().receipt!;
  const status = useLiveStatus(receipt);
  const request = useQuery({
    queryKey: ['request', receipt],
    queryFn: () => dataOf(findRequests({ path: { receipt } })),
  });
  const [act, setAct] = useState<Act>();
  const error = status.error ?? request.error;
  if (error)
    return <ProblemAlert error={error} onRetry={() => void status.refetch().then(() => request.refetch())} />;
  if (!status.data || !request.data) return <Skeleton active />;
  const isOpen = status.data.phase !== 'ended';
  const close = () => setAct(undefined);
  const corrections = request.data.parts.flatMap(({ utility, correction, shown }) =>
    correction && shown.asked
      ? [{ utility, id: correction.id, deadline: correction.deadline, asked: shown.asked }]
      : [],
  );
  return (
    <>
      <h1 className="page-title">
        {request.data.receiptNumber} {request.data.matterName}
      </h1>
      <Flex gap="small" align="center" wrap className="request-acts">
        <StateTag
          state={status.data.outcome ?? (status.data.attention === 'none' ? status.data.phase : 'waiting')}
          text={status.data.text}
        />
        {status.data.nextDeadline && isOpen && (
          <span>
            {t('request.next')}{' '}
            <Deadline date={status.data.nextDeadline} note={status.data.nextDeadlineProvisional} />
          </span>
        )}
        {corrections.map(({ id, utility }) => (
          <Button key={id} type="primary" onClick={() => setAct(`correct:${id}`)}>
            {t('request.answer', { utility: t(`utility.${utility}`) })}
          </Button>
        ))}
        <Button disabled={!isOpen} onClick={() => setAct('amend')}>
          {t('request.amend')}
        </Button>
        <Button disabled={!isOpen} onClick={() => setAct('withdraw')}>
          {t('request.withdraw')}
        </Button>
        <ReissueButton request={request.data} />
      </Flex>
      <PartsTable status={status.data} />
      <Registered request={request.data} />
      <RequestNotices requestId={request.data.requestId} />
      {act === 'amend' && <AmendDrawer request={request.data} onClose={close} />}
      {act === 'withdraw' && <WithdrawModal request={request.data} status={status.data} onClose={close} />}
      {corrections
        .filter(({ id }) => act === `correct:${id}`)
        .map((correction) => (
          <CorrectionDrawer key={correction.id} receipt={receipt} correction={correction} onClose={close} />
        ))}
    </>
  );
}

type Part = RequestStatus['parts'][number];

/** Answers "where is it?": state, whose turn it is and since when, by when, and the provider's number. */
function PartsTable({ status }: { status: RequestStatus }) {
  const { t } = useTranslation('counter');
  return (
    <Table<Part>
      size="small"
      rowKey="utility"
      pagination={false}
      dataSource={status.parts}
      scroll={{ x: 900 }}
      columns={[
        { title: t('receipt.utility'), dataIndex: 'name', width: 80 },
        { title: t('receipt.provider'), render: (_, { provider }) => provider.name },
        {
          title: t('requests.status'),
          render: (_, { state, stateText }) => <StateTag state={state} text={stateText} />,
        },
        {
          title: t('request.turn'),
          render: (_, { holderText, reason, since, delivery, silence }) => (
            <>
              {[holderText, reason?.text, delivery.unreachableSince && delivery.text, silence?.text]
                .filter(Boolean)
                .join(' · ')}{' '}
              {t('request.since', { time: shanghaiTime(since) })}
            </>
          ),
        },
        {
          title: t('requests.deadline'),
          render: (_, { clock, holderDeadline, holderDeadlineProvisional }) => (
            <Deadline
              date={holderDeadline ?? clock.slaDate}
              note={holderDeadline ? holderDeadlineProvisional : clock.provisional}
            />
          ),
        },
        { title: t('request.reference'), render: (_, { reference }) => reference ?? '—' },
        { title: t('request.withdrawal'), render: (_, { withdrawal }) => withdrawal?.text ?? '' },
      ]}
    />
  );
}

function Registered({ request }: { request: RequestInFull }) {
  const { t } = useTranslation('counter');
  const { applicant, agent, address, registeredAt, parts, missing, receiptNumber } = request;
  return (
    <Descriptions
      className="request-registered"
      bordered
      size="small"
      column={{ xs: 1, sm: 1, md: 2 }}
      items={[
        { key: 'applicant', label: t('person.applicant'), children: `${applicant.name} ${applicant.phone}` },
        ...(agent
          ? [{ key: 'agent', label: t('person.agent'), children: `${agent.name} ${agent.phone}` }]
          : []),
        {
          key: 'numbers',
          label: t('person.documentNumber'),
          children: <NumbersOfDocuments receipt={receiptNumber} masked={applicant.documentNumber} />,
        },
        {
          key: 'address',
          label: t('address.title'),
          children: [address.text, address.estate, address.building, address.unit, address.room]
            .filter(Boolean)
            .join(' '),
        },
        { key: 'registeredAt', label: t('receipt.registeredAt'), children: shanghaiTime(registeredAt) },
        ...(missing.length > 0
          ? [
              {
                key: 'missing',
                label: t('receipt.missing'),
                children: missing.map(({ name, promisedBy }) => `${name} ${promisedBy}`).join('；'),
              },
            ]
          : []),
        ...parts.map(({ utility, shown }) => ({
          key: utility,
          label: t(`utility.${utility}`),
          children: [
            ...shown.fields.map(({ name, value }) => `${name}：${value}`),
            ...shown.materials.map(({ name }) => name),
          ].join('；'),
        })),
      ]}
    />
  );
}
