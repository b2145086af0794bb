import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Empty, Flex, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listCalls, recordCalls } from '../../api/sdk.gen.js';
import type { CallForm, CallToMake, ListCallsResponses } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import './counter.css';

const OUTCOMES: CallForm['outcome'][] = ['reached', 'no-answer', 'wrong-number'];
const REFRESH_MS = 15_000;

/** Applicants who get no text messages: whom to call, what to say, who called and what came of it. */
export default function CallsPage() {
  const { t } = useTranslation('counter');
  const { data, error, isLoading, refetch, fetchNextPage, hasNextPage } = useInfiniteQuery({
    queryKey: ['calls'],
    queryFn: ({ pageParam }) => dataOf(listCalls({ query: pageParam ? { after: pageParam } : {} })),
    initialPageParam: '',
    getNextPageParam: ({ next }: ListCallsResponses[200]) => next,
    refetchInterval: REFRESH_MS,
  });
  const byRequest = new Map<string, CallToMake[]>();
  for (const call of data?.pages.flatMap(({ calls }) => calls) ?? [])
    byRequest.set(call.requestId, [...(byRequest.get(call.requestId) ?? []), call]);
  return (
    <>
      <h1 className="page-title">{t('calls.title')}</h1>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {isLoading && <Skeleton active />}
      {data && byRequest.size === 0 && <Empty description={t('calls.none')} />}
      <Flex vertical gap="small">
        {[...byRequest.values()].map((texts) => (
          <CallCard key={texts[0]!.requestId} texts={texts} />
        ))}
      </Flex>
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{t('calls.more')}</Button>}
    </>
  );
}

/** One call tells the applicant everything that waits to be told of his request. */
function CallCard({ texts }: { texts: CallToMake[] }) {
  const { t } = useTranslation('counter');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [first, ...others] = texts as [CallToMake, ...CallToMake[]];
  const record = useMutation({
    mutationFn: (outcome: CallForm['outcome']) =>
      recordCalls({ path: { id: first.id }, body: { outcome, together: others.map(({ id }) => id) } }),
    onSuccess: () => {
      void message.success(t('calls.recorded'));
      return queries.invalidateQueries({ queryKey: ['calls'] });
    },
  });
  return (
    <Card size="small">
      <Flex justify="space-between" wrap gap="small">
        <span>
          <strong>{first.phone}</strong>{' '}
          <Link to={`/counter/requests/${first.receiptNumber}`}>{first.receiptNumber}</Link>{' '}
          {t('calls.since', { time: shanghaiTime(first.since) })}
        </span>
        <Flex gap="small" wrap>
          {OUTCOMES.map((outcome) => (
            <Button
              key={outcome}
              loading={record.isPending && record.variables === outcome}
              onClick={() => record.mutate(outcome)}
            >
              {t(`calls.${outcome}`)}
            </Button>
          ))}
        </Flex>
      </Flex>
      <ul className="call-texts">
        {texts.map(({ id, text, calls }) => (
          <li key={id}>
            {text}
            {calls.map(({ at, by, outcome }) => (
              <div key={at}>
                {shanghaiTime(at)} {by}: {t(`calls.${outcome}`)}
              </div>
            ))}
          </li>
        ))}
      </ul>
      {record.error && <ProblemAlert error={record.error} />}
    </Card>
  );
}
