import { useQuery } from '@tanstack/react-query';
import { Alert, Result, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../shell/problem-alert.js';
import { JobList } from './job-list.js';
import { workplaceQuery } from './own-provider.js';
import './workbench.css';

/** An officer's start: her provider's jobs. */
export default function WorkbenchPage() {
  const { t } = useTranslation('workbench');
  const { data: workplace, error, isPending, refetch } = useQuery(workplaceQuery);
  if (isPending) return <Skeleton active />;
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!workplace) return <Result status="warning" title={t('unknownProvider')} />;
  return (
    <>
      <h1 className="page-title">{t('title', { provider: workplace.name })}</h1>
      {!workplace.worksHere && <Alert type="info" showIcon title={t('ownSystem')} />}
      <JobList workplace={workplace} />
    </>
  );
}
