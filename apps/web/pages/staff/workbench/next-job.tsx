import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { filterIn, jobsQuery, nextJob } from './jobs.js';
import type { Workplace } from './own-provider.js';

/** The address of the next job of the list that she came from; of the list itself where there is none. */
function useNextAddress({ utility }: Workplace, requestId: string) {
  const [params] = useSearchParams();
  const { data } = useInfiniteQuery({
    ...jobsQuery(utility, { ...filterIn(params), receipt: undefined }),
    refetchInterval: false,
  });
  const next = nextJob(data?.pages.flatMap(({ jobs }) => jobs) ?? [], requestId);
  const pathname = next ? `/workbench/${next.requestId}` : '/workbench';
  return { next, address: { pathname, search: params.toString() } };
}

/** Goes on with the next job. */
export function useGoOn(workplace: Workplace, requestId: string): () => void {
  const navigate = useNavigate();
  const { address } = useNextAddress(workplace, requestId);
  return () => void navigate(address);
}

export function NextJob({ workplace, requestId }: { workplace: Workplace; requestId: string }) {
  const { t } = useTranslation('workbench');
  const { next, address } = useNextAddress(workplace, requestId);
  return next ? (
    <Link className="next-job" to={address}>
      {t('nextJob')}
    </Link>
  ) : null;
}
