import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { endPreviousSecrets, listSecrets } from '../../api/sdk.gen.js';
import type { KnownSecret } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { ActButton } from './act-button.js';
import type { Adapter } from './services.js';

interface Props {
  service: Adapter;
  provider: string;
}

/** The secrets shared with a provider, none of them shown, and the end of the previous one. */
export function ProviderSecrets({ service, provider }: Props) {
  const { t } = useTranslation('operations');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {t('secrets.show')}
      </Button>
      {isOpen && (
        <Modal
          open
          width={720}
          title={t('secrets.title', { provider })}
          footer={null}
          onCancel={() => setOpen(false)}
        >
          <Secrets service={service} provider={provider} />
        </Modal>
      )}
    </>
  );
}

function Secrets({ service, provider }: Props) {
  const { t } = useTranslation('operations');
  const path = { service, provider };
  const { data, error, refetch } = useQuery({
    queryKey: ['operations', 'secrets', provider],
    queryFn: () => dataOf(listSecrets({ path })),
    retry: false,
  });
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  const columns: Column<KnownSecret>[] = [
    { title: t('secrets.fingerprint'), show: ({ fingerprint }) => fingerprint },
    { title: t('provider.state'), show: (secret) => <SecretState of={secret} /> },
    {
      title: t('secrets.used'),
      show: ({ isNewest, lastUsedAt }) =>
        isNewest ? t('secrets.notNoted') : lastUsedAt ? shanghaiTime(lastUsedAt) : t('never'),
    },
  ];
  return (
    <>
      <p className="hint">{t('secrets.hint')}</p>
      <RowTable<KnownSecret>
        label={t('secrets.title', { provider })}
        rowKey="fingerprint"
        columns={columns}
        rows={data.secrets}
      />
      {data.secrets.some(({ isNewest, endedAt }) => !isNewest && !endedAt) && (
        <ActButton
          danger
          label={t('endPrevious.act')}
          question={t('endPrevious.question', { provider })}
          meaning={t('endPrevious.meaning')}
          call={() => endPreviousSecrets({ path })}
        />
      )}
    </>
  );
}

function SecretState({ of: { isNewest, endedAt } }: { of: KnownSecret }) {
  const { t } = useTranslation('operations');
  if (endedAt) return t('secrets.ended', { time: shanghaiTime(endedAt) });
  return isNewest ? t('secrets.newest') : t('secrets.previous');
}
