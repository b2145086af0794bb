import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Flex, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { claimAllWorkbench } from '../../api/sdk.gen.js';
import type { ClaimAllWorkbenchResponses, ListedJob } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { StateTag } from '../shell/state-tag.js';
import { ChangeTag } from './change-tag.js';
import { DueDate } from './due-date.js';
import { saveExport } from './save-export.js';
import { JobFilters } from './job-filters.js';
import { filterIn, jobsQuery, type JobFilter } from './jobs.js';
import type { Workplace } from './own-provider.js';

const MOST_CLAIMED = 50;

type Refused = ClaimAllWorkbenchResponses[200]['results'];

/** Jobs, the most urgent first; the filter is in the address. */
export function JobList({ workplace: { utility, worksHere } }: { workplace: Workplace }) {
  const { t } = useTranslation('workbench');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [params, setParams] = useSearchParams();
  const filter = filterIn(params);
  const found = useInfiniteQuery(jobsQuery(utility, filter));
  const [selected, setSelected] = useState<string[]>([]);
  const [refused, setRefused] = useState<Refused>([]);
  const columns = useColumns(params.toString());
  const jobs = found.data?.pages.flatMap((page) => page.jobs) ?? [];
  const chosen = selected.filter((id) => jobs.some((job) => job.requestId === id && !job.claimedBy));

  const refresh = () => queries.invalidateQueries({ queryKey: ['jobs', utility] });
  const claim = useMutation({
    mutationFn: () => dataOf(claimAllWorkbench({ path: { utility }, body: { requestIds: chosen } })),
    onSuccess: ({ results }) => {
      setSelected([]);
      setRefused(results.filter(({ claimed }) => !claimed));
      void message.success(t('bulk.claimed', { count: results.filter(({ claimed }) => claimed).length }));
      return refresh();
    },
    // What went wrong is said at once, also where the list does not answer either.
    onError: () => void refresh(),
  });
  const save = useMutation({ mutationFn: () => saveExport(utility, filter) });

  const change = (next: JobFilter) => {
    setSelected([]);
    setParams(
      Object.entries(next).flatMap(([name, value]) => (value ? [[name, value]] : [])) as [string, string][],
    );
  };

  return (
    <section aria-label={t(`scope.${filter.scope!}`)}>
      <JobFilters key={filter.receipt} filter={filter} onChange={change} />
      <Flex gap="small" wrap className="toolbar">
        {worksHere && (
          <Button
            type="primary"
            disabled={chosen.length === 0 || chosen.length > MOST_CLAIMED}
            loading={claim.isPending}
            onClick={() => claim.mutate()}
          >
            {t('bulk.claim', { count: chosen.length })}
          </Button>
        )}
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {t('export')}
        </Button>
      </Flex>
      {[found.error, claim.error, save.error].map(
        (error, place) =>
          error && <ProblemAlert key={place} error={error} onRetry={() => void found.refetch()} />,
      )}
      {refused.length > 0 && <RefusedClaims refused={refused} onClose={() => setRefused([])} />}
      <Table<ListedJob>
        rowKey="requestId"
        size="middle"
        loading={found.isPending}
        dataSource={jobs}
        columns={columns}
        pagination={false}
        locale={{ emptyText: filter.receipt ? t('empty.receipt') : t(`empty.${filter.scope!}`) }}
        rowSelection={
          worksHere
            ? {
                selectedRowKeys: chosen,
                onChange: (keys) => setSelected(keys as string[]),
                getCheckboxProps: ({ claimedBy, receiptNumber }) => ({
                  disabled: claimedBy !== null,
                  'aria-label': receiptNumber,
                }),
                getTitleCheckboxProps: () => ({ 'aria-label': t('bulk.all') }),
              }
            : undefined
        }
      />
      {found.hasNextPage && (
        <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </section>
  );
}

const JobState = ({ job }: { job: ListedJob }) => (
  <div>
    <StateTag state={job.state} text={job.shown.state} /> {job.shown.reason}
  </div>
);

function RefusedClaims({ refused, onClose }: { refused: Refused; onClose: () => void }) {
  const { t } = useTranslation('workbench');
  const words = [...new Set(refused.flatMap((each) => ('detail' in each ? [each.detail] : [])))];
  return (
    <Alert
      type="warning"
      showIcon
      closable={{ onClose }}
      title={t('bulk.refused', { count: refused.length })}
      description={words.join(' ')}
    />
  );
}

function useColumns(search: string): TableColumnsType<ListedJob> {
  const { t } = useTranslation('workbench');
  return [
    { title: t('column.due'), key: 'due', responsive: ['md'], render: (_, job) => <DueDate job={job} /> },
    {
      title: t('column.job'),
      key: 'job',
      render: (_, job) => (
        <>
          <Link to={{ pathname: `/workbench/${job.requestId}`, search }}>{job.receiptNumber}</Link>{' '}
          <ChangeTag change={job.change} />
          <br />
          {job.shown.matter}
          <div className="narrow">
            <JobState job={job} />
            <DueDate job={job} />
          </div>
        </>
      ),
    },
    {
      title: t('column.state'),
      key: 'state',
      responsive: ['md'],
      render: (_, job) => <JobState job={job} />,
    },
    { title: t('column.address'), dataIndex: 'address', responsive: ['md'], className: 'wrap' },
    {
      title: t('column.officer'),
      dataIndex: 'claimedBy',
      responsive: ['md'],
      render: (officer: string | null) => officer ?? t('nobody'),
    },
  ];
}
