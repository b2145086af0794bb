import { useQuery } from '@tanstack/react-query';
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { abandonRebuild, startRebuild, startRepublish, statusRebuild } from '../../api/sdk.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ActButton } from './act-button.js';
import { PUBLISHERS } from './services.js';

const LOOK_EVERY_MS = 5_000;
const path = { service: 'tracking' };

/** What tracking shows is made anew of what its publishers publish again; what it shows meanwhile stays. */
export function TrackingRebuild() {
  const { t } = useTranslation('operations');
  const { data } = useQuery({
    queryKey: ['operations', 'rebuild'],
    queryFn: () => dataOf(statusRebuild({ path })),
    refetchInterval: LOOK_EVERY_MS,
    retry: false,
  });
  if (!data) return null;
  const { running, since, verifiedUpTo } = data;
  return (
    <section aria-labelledby="rebuild-title">
      <h2 id="rebuild-title">{t('rebuild.title')}</h2>
      <Flex gap="small" align="center" wrap>
        <span role="status">
          {running ? t('rebuild.running', { time: shanghaiTime(since!) }) : t('rebuild.idle')}{' '}
          {verifiedUpTo && t('rebuild.verified', { request: verifiedUpTo })}
        </span>
        {running ? (
          <ActButton
            label={t('abandon.act')}
            question={t('abandon.question')}
            meaning={t('abandon.meaning')}
            call={() => abandonRebuild({ path })}
          />
        ) : (
          <ActButton
            label={t('rebuild.act')}
            question={t('rebuild.question')}
            meaning={t('rebuild.meaning')}
            call={rebuild}
          />
        )}
      </Flex>
    </section>
  );
}

/** Starts it, and has those publish that it names. */
async function rebuild(): Promise<void> {
  const { republish } = await dataOf(startRebuild({ path }));
  const named = PUBLISHERS.filter((service) => republish.includes(`/v1/ops/${service}/republish`));
  await Promise.all(named.map((service) => startRepublish({ path: { service } })));
}
