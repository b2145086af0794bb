import { Checkbox, Flex, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  listProviders,
  pauseProviders,
  resumeProviders,
  startReconciliationProviders,
} from '../../api/sdk.gen.js';
import type { ProviderStatus } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { TONES } from '../shell/theme.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { ProviderSecrets } from './provider-secrets.js';
import { ADAPTERS, type Adapter } from './services.js';
import { useEach } from './use-each.js';

interface Row extends ProviderStatus {
  service: Adapter;
}

const TONE = { working: 'done', away: 'bad', 'left-alone': 'stopped', paused: 'stopped' } as const;

const needsAttention = ({ state, waiting, parked, reconciliation }: ProviderStatus): boolean =>
  state !== 'working' || waiting + parked > 0 || (reconciliation?.different ?? 0) > 0;

/** Providers, those that need attention first, and whether they are told anything. */
export function ProvidersTab() {
  const { t } = useTranslation('operations');
  const [all, setAll] = useState(false);
  const { answers, errors, isPending } = useEach('providers', ADAPTERS, (service) =>
    dataOf(listProviders({ path: { service } })),
  );
  const rows = answers.flatMap(({ service, data }) => data.providers.map((each) => ({ ...each, service })));
  const shown = all ? rows : rows.filter(needsAttention);
  const columns: Column<Row>[] = [
    {
      title: t('provider.name'),
      show: ({ provider, service, dialect }) => (
        <>
          {provider}
          <div className="hint">
            {t(`service.${service}`)} · {dialect}
          </div>
        </>
      ),
    },
    {
      title: t('provider.state'),
      show: ({ state, since, pausedBy, lastError }) => (
        <>
          <Tag variant="filled" style={TONES[TONE[state]]}>
            {t(`provider.is.${state}`)}
          </Tag>
          {since && <div>{t('since', { time: shanghaiTime(since) })}</div>}
          {pausedBy && <div>{t('provider.by', { operator: pausedBy })}</div>}
          {lastError && <div className="wrap">{lastError}</div>}
        </>
      ),
    },
    {
      title: t('provider.waiting'),
      show: ({ waiting, waitingSince }) => (
        <>
          {waiting}
          {waitingSince && <div className="hint">{t('since', { time: shanghaiTime(waitingSince) })}</div>}
        </>
      ),
    },
    { title: t('flow.parked'), show: ({ parked }) => parked },
    {
      title: t('provider.heard'),
      show: ({ heardAt }) => (heardAt ? shanghaiTime(heardAt) : t('never')),
    },
    {
      title: t('provider.reconciled'),
      show: ({ reconciliation }) => <Reconciliation of={reconciliation} />,
    },
    { title: t('column.act'), show: (row) => <ProviderActs row={row} /> },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <Checkbox checked={all} onChange={({ target }) => setAll(target.checked)}>
        {t('provider.all')}
      </Checkbox>
      <RowTable<Row>
        label={t('tab.providers')}
        rowKey="provider"
        pageSize={20}
        loading={isPending && rows.length === 0}
        columns={columns}
        rows={shown}
        empty={t('provider.none')}
      />
    </>
  );
}

function Reconciliation({ of }: { of: ProviderStatus['reconciliation'] }) {
  const { t } = useTranslation('operations');
  if (!of) return t('never');
  return (
    <>
      {of.finishedAt ? shanghaiTime(of.finishedAt) : t('provider.reconciling')}
      <div className="hint">{t('provider.found', { ...of })}</div>
      {of.error && <div className="wrap">{of.error}</div>}
    </>
  );
}

function ProviderActs({ row: { service, provider, state, hasList, secrets } }: { row: Row }) {
  const { t } = useTranslation('operations');
  const path = { service, provider };
  const isPaused = state === 'paused';
  return (
    <Flex gap={4} wrap>
      <ActButton
        label={t(isPaused ? 'resume.act' : 'pause.act')}
        question={t(isPaused ? 'resume.question' : 'pause.question', { provider })}
        meaning={t(isPaused ? 'resume.meaning' : 'pause.meaning')}
        call={() => (isPaused ? resumeProviders({ path }) : pauseProviders({ path }))}
      />
      {hasList && (
        <ActButton
          label={t('reconcile.act')}
          question={t('reconcile.question', { provider })}
          meaning={t('reconcile.meaning')}
          call={() => startReconciliationProviders({ path })}
        />
      )}
      {secrets > 0 && <ProviderSecrets service={service} provider={provider} />}
    </Flex>
  );
}
