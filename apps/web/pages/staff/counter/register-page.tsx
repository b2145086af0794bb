import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useAccount } from '../shell/account.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { findDraft, holdDraft, newDraft, type Draft } from './draft-store.js';
import { DraftsList } from './drafts-list.js';
import { listMattersQuery, optionsQuery } from './queries.js';
import { RegistrationForm } from './registration-form.js';

/** Where a clerk enters a request; `?draft=` goes on with one. */
export default function RegisterPage() {
  const { t } = useTranslation('counter');
  const { name } = useAccount();
  const [params, setParams] = useSearchParams();
  const draft = useHeldDraft(params.get('draft'), name);
  const matters = useQuery(listMattersQuery);
  const options = useQuery(optionsQuery);
  const error = matters.error ?? options.error;

  return (
    <>
      <Flex justify="space-between" align="center" wrap gap="small">
        <h1 className="page-title">{t('register.title')}</h1>
        <Button onClick={() => setParams({})}>{t('register.new')}</Button>
      </Flex>
      <DraftsList current={draft === 'elsewhere' ? undefined : draft?.id} />
      {error && (
        <ProblemAlert error={error} onRetry={() => void matters.refetch().then(() => options.refetch())} />
      )}
      {draft === 'elsewhere' && <p role="alert">{t('register.openElsewhere')}</p>}
      {draft && draft !== 'elsewhere' && matters.data && options.data ? (
        <RegistrationForm
          key={draft.id}
          draft={draft}
          matters={matters.data.matters}
          options={options.data}
        />
      ) : (
        !error && draft !== 'elsewhere' && <Skeleton active />
      )}
    </>
  );
}

/** The draft named in the address or a new one, held for this window while it is shown. */
function useHeldDraft(id: string | null, account: string): Draft | 'elsewhere' | undefined {
  const [held, setHeld] = useState<Draft | 'elsewhere'>();
  useEffect(() => {
    const end = new AbortController();
    setHeld(undefined);
    void (async () => {
      const found = (id ? await findDraft(id) : undefined) ?? newDraft(account);
      const isOurs = await holdDraft(found.id, end.signal);
      if (!end.signal.aborted) setHeld(isOurs ? found : 'elsewhere');
    })();
    return () => end.abort();
  }, [id, account]);
  return held;
}
