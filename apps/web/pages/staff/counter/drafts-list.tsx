import { Button, Flex, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useAccount } from '../shell/account.js';
import { deleteDraft, listDrafts, watchDrafts, type Draft } from './draft-store.js';

/** What this account has begun on this machine and not registered yet. */
export function DraftsList({ current }: { current: string | undefined }) {
  const { t } = useTranslation('counter');
  const { name } = useAccount();
  const navigate = useNavigate();
  const [drafts, setDrafts] = useState<Draft[]>([]);
  useEffect(() => {
    const load = () => void listDrafts(name).then(setDrafts);
    load();
    return watchDrafts(load);
  }, [name]);
  const others = drafts.filter(({ id }) => id !== current);
  if (others.length === 0) return null;
  return (
    <section aria-label={t('drafts.title')} className="drafts">
      <strong>{t('drafts.title')}</strong>
      <ul>
        {others.map((draft) => (
          <li key={draft.id}>
            <Flex gap="small" align="center" wrap>
              <Tag>{draft.sending ? t('drafts.sending') : t('drafts.draft')}</Tag>
              <span>{draft.values.applicant?.name ?? t('drafts.noName')}</span>
              <Button size="small" onClick={() => void navigate(`/counter?draft=${draft.id}`)}>
                {t('drafts.open')}
              </Button>
              {!draft.sending && (
                <Button size="small" onClick={() => void deleteDraft(draft.id)}>
                  {t('drafts.discard')}
                </Button>
              )}
            </Flex>
          </li>
        ))}
      </ul>
    </section>
  );
}
