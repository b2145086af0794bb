import { useQuery } from '@tanstack/react-query';
import { Flex, Result, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { isProblem } from '../shell/api.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { StateTag } from '../shell/state-tag.js';
import { ActionBar } from './action-bar.js';
import { Dossier } from './dossier.js';
import { DueDate } from './due-date.js';
import { Exchange } from './exchange.js';
import { History } from './history.js';
import { JobNotices } from './job-notices.js';
import { jobQuery } from './jobs.js';
import { Materials } from './materials.js';
import { NextJob } from './next-job.js';
import { workplaceQuery, type Workplace } from './own-provider.js';
import { useSeen } from './use-seen.js';
import './workbench.css';

/** One job: what was asked for, with its materials beside it, what was done, and what she may do next. */
export default function JobPage() {
  const { requestId } = useParams();
  const { data: workplace, error, refetch } = useQuery(workplaceQuery);
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  return workplace ? (
    <OpenJob key={requestId} workplace={workplace} requestId={requestId!} />
  ) : (
    <Skeleton active />
  );
}

function OpenJob({ workplace, requestId }: { workplace: Workplace; requestId: string }) {
  const { t } = useTranslation('workbench');
  const [params] = useSearchParams();
  const { data: found, error, refetch } = useQuery(jobQuery(workplace.utility, requestId));
  const amended = useSeen(workplace.utility, found);
  if (isProblem(error) && error.status === 404) return <Result status="404" title={t('noSuchJob')} />;
  if (!found)
    return error ? <ProblemAlert error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  const { job, shown } = found;
  return (
    <article className="job">
      <Flex gap="small" wrap align="center" className="job-head">
        <Link to={{ pathname: '/workbench', search: params.toString() }}>{t('backToList')}</Link>
        <h1 className="page-title">{job.desired.dossier.receiptNumber}</h1>
        <StateTag state={job.state} text={shown.state} />
        <span>{shown.matter}</span>
        <DueDate job={found.due} />
        <NextJob workplace={workplace} requestId={requestId} />
      </Flex>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <JobNotices found={found} amended={amended} />
      <ActionBar workplace={workplace} found={found} />
      <div className="job-columns">
        <Dossier workplace={workplace} found={found} amended={amended} />
        <Materials found={found} amended={amended} />
      </div>
      <History found={found} />
      <Exchange found={found} />
    </article>
  );
}
