import { useQuery } from '@tanstack/react-query';
import { Button, Descriptions, Flex, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { findRequests } from '../../api/sdk.gen.js';
import type { FindRequestsResponses } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { StateTag } from '../shell/state-tag.js';
import { AmendDrawer } from './amend-drawer.js';
import { CorrectionDrawer } from './correction-drawer.js';
import { Deadline } from './deadline.js';
import { useLiveStatus } from './live-status.js';
import { NumbersOfDocuments } from './numbers-of-documents.js';
import { PartsTable } from './parts-table.js';
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
        {request.data.receiptNumber} {status.data.matter.name}
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
      <PartsTable parts={status.data.parts} />
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
          children: [
            address.text,
            ...(['estate', 'building', 'unit', 'room'] as const)
              .filter((name) => address[name])
              .map((name) => `${t(`address.${name}`)} ${address[name]}`),
          ].join(' · '),
        },
        { key: 'registeredAt', label: t('receipt.registeredAt'), children: shanghaiTime(registeredAt) },
        ...(missing.length > 0
          ? [
              {
                key: 'missing',
                label: t('receipt.missing'),
                children: missing
                  .map(({ name, promisedBy }) => `${name} ${promisedBy}`)
                  .join(t('request.separator')),
              },
            ]
          : []),
        ...parts.map(({ utility, materials, shown }) => ({
          key: utility,
          label: t(`utility.${utility}`),
          children: [
            ...shown.fields.map(({ name, value }) => t('request.field', { name, value })),
            ...shown.materials.map(({ code, name }) => {
              const { method } = materials.find((material) => material.code === code)!;
              return t('request.material', { name, method: t(`method.${method}`) });
            }),
          ].join(t('request.separator')),
        })),
      ]}
    />
  );
}
