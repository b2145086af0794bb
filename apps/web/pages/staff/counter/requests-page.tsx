import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Grid, Input, Radio, Skeleton, Table, type TableColumnsType } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { listBoard, searchCounter } from '../../api/sdk.gen.js';
import type { ListBoardResponses } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ProblemAlert } from '../shell/problem-alert.js';
import { StateTag } from '../shell/state-tag.js';
import { Deadline } from './deadline.js';
import { FoundRequests } from './found-requests.js';
import { hasEnded } from './has-ended.js';
import './counter.css';

type Page = ListBoardResponses[200];
type Row = Page['requests'][number];
type Order = 'urgent' | 'newest';
type Phase = 'open' | 'ended' | 'all';

const REFRESH_MS = 5_000;
/** A clerk who has scrolled further reads, and does not wait for what comes in. */
const REFRESHED_PAGES = 2;
const ROW_HEIGHT = 47;
const LOAD_BEFORE_END_PX = 600;

/** The hall's requests, the most urgent first; what is chosen stands in the address. */
export default function RequestsPage() {
  const { t } = useTranslation('counter');
  const [params, setParams] = useSearchParams();
  const order = (params.get('order') ?? 'urgent') as Order;
  const phase = (params.get('phase') ?? 'open') as Phase;
  const q = params.get('q') ?? '';
  const choose = (name: string, value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return (
    <>
      <h1 className="page-title">{t('requests.title')}</h1>
      <Flex gap="middle" wrap className="requests-filters">
        <SearchBox value={q} onChange={(typed) => choose('q', typed)} />
        {!q && (
          <>
            <Radio.Group
              optionType="button"
              aria-label={t('requests.order')}
              value={order}
              onChange={({ target }) => choose('order', String(target.value))}
              options={(['urgent', 'newest'] as const).map((value) => ({
                value,
                label: t(`requests.${value}`),
              }))}
            />
            <Radio.Group
              optionType="button"
              aria-label={t('requests.phase')}
              value={phase}
              onChange={({ target }) => choose('phase', String(target.value))}
              options={(['open', 'ended', 'all'] as const).map((value) => ({
                value,
                label: t(`requests.${value}`),
              }))}
            />
          </>
        )}
      </Flex>
      {q ? <Found q={q} /> : <Board order={order} phase={phase} />}
    </>
  );
}

/** Looks for what is typed after a pause, and never in the middle of a word that an input method composes. */
function SearchBox({ value, onChange }: { value: string; onChange: (typed: string) => void }) {
  const { t } = useTranslation('counter');
  const [text, setText] = useState(value);
  const isComposing = useRef(false);
  const timer = useRef<number>(undefined);
  const soon = (typed: string) => {
    window.clearTimeout(timer.current);
    if (!isComposing.current) timer.current = window.setTimeout(() => onChange(typed.trim()), 300);
  };
  return (
    <Input.Search
      className="requests-search"
      allowClear
      aria-label={t('requests.search')}
      placeholder={t('requests.searchHint')}
      value={text}
      maxLength={60}
      onChange={({ target }) => {
        setText(target.value);
        soon(target.value);
      }}
      onCompositionStart={() => {
        isComposing.current = true;
      }}
      onCompositionEnd={({ currentTarget }) => {
        isComposing.current = false;
        soon(currentTarget.value);
      }}
      onSearch={(typed) => onChange(typed.trim())}
    />
  );
}

function Found({ q }: { q: string }) {
  const { t } = useTranslation('counter');
  const isLongEnough = [...q].length >= 2;
  const { data, error, refetch } = useQuery({
    queryKey: ['search', q],
    queryFn: () => dataOf(searchCounter({ body: { q } })),
    placeholderData: keepPreviousData,
    enabled: isLongEnough,
  });
  if (!isLongEnough) return <p role="status">{t('requests.typeMore')}</p>;
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  return <FoundRequests requests={data?.requests} />;
}

function Board({ order, phase }: { order: Order; phase: Phase }) {
  const { t } = useTranslation('counter');
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage, isLoading } =
    useInfiniteQuery({
      queryKey: ['board', order, phase],
      queryFn: ({ pageParam }) =>
        dataOf(listBoard({ query: { order, phase, ...(pageParam && { after: pageParam }) } })),
      initialPageParam: '',
      getNextPageParam: ({ next }: Page) => next,
      refetchInterval: ({ state }) =>
        (state.data?.pages.length ?? 0) <= REFRESHED_PAGES ? REFRESH_MS : false,
    });
  const isWide = Grid.useBreakpoint().lg;
  const rows = data?.pages.flatMap(({ requests }) => requests) ?? [];
  const more = () => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };
  if (isLoading) return <Skeleton active />;
  return (
    <>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {isWide ? <BoardTable rows={rows} onNearEnd={more} /> : <BoardCards rows={rows} />}
      {!isWide && hasNextPage && <Button onClick={more}>{t('requests.more')}</Button>}
      <p className="requests-count" role="status">
        {t('requests.shown', { count: rows.length })} {isWide && hasNextPage && t('requests.scrollForMore')}
      </p>
    </>
  );
}

function BoardTable({ rows, onNearEnd }: { rows: Row[]; onNearEnd: () => void }) {
  const { t } = useTranslation('counter');
  return (
    <Table<Row>
      virtual
      size="middle"
      rowKey="receiptNumber"
      columns={useColumns()}
      dataSource={rows}
      pagination={false}
      scroll={{ x: 960, y: useRoomBelow() }}
      locale={{ emptyText: t('requests.none') }}
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) => {
        if (scrollTop + clientHeight > rows.length * ROW_HEIGHT - LOAD_BEFORE_END_PX) onNearEnd();
      }}
    />
  );
}

function BoardCards({ rows }: { rows: Row[] }) {
  const { t } = useTranslation('counter');
  if (rows.length === 0) return <Empty description={t('requests.none')} />;
  return (
    <Flex vertical gap="small">
      {rows.map(
        ({ receiptNumber, applicant, matter, parts, nextDeadline, nextDeadlineProvisional, ...row }) => (
          <Card key={receiptNumber} size="small">
            <Link to={`/counter/requests/${receiptNumber}`}>{receiptNumber}</Link> {applicant} {matter.name}{' '}
            <StateTag state={stateOf(row)} text={row.text} />
            <div>
              <Parts parts={parts} />
            </div>
            <div>
              {t('requests.deadline')} <Deadline date={nextDeadline} note={nextDeadlineProvisional} />
            </div>
          </Card>
        ),
      )}
    </Flex>
  );
}

/** How many parts have ended, and each that is not simply done. */
function Parts({ parts }: Pick<Row, 'parts'>) {
  const { t } = useTranslation('counter');
  const done = parts.filter(({ state }) => hasEnded(state)).length;
  const named = parts.filter(({ state }) => state !== 'completed');
  return [
    t('requests.partsEnded', { done, count: parts.length }),
    ...named.map(({ name, stateText }) => t('request.field', { name, value: stateText })),
  ].join(' · ');
}

const stateOf = ({ outcome, attention, phase }: Pick<Row, 'outcome' | 'attention' | 'phase'>): string =>
  outcome ?? (attention === 'none' ? phase : 'waiting');

function useColumns(): TableColumnsType<Row> {
  const { t } = useTranslation('counter');
  return [
    {
      title: t('requests.deadline'),
      width: 170,
      render: (_, { nextDeadline, nextDeadlineProvisional }) => (
        <Deadline date={nextDeadline} note={nextDeadlineProvisional} />
      ),
    },
    {
      title: t('requests.number'),
      width: 240,
      render: (_, { receiptNumber }) => (
        <Link to={`/counter/requests/${receiptNumber}`}>{receiptNumber}</Link>
      ),
    },
    { title: t('requests.applicant'), width: 110, dataIndex: 'applicant' },
    { title: t('requests.matter'), width: 200, render: (_, { matter }) => matter.name },
    {
      title: t('requests.status'),
      width: 190,
      ellipsis: true,
      render: (_, row) => <StateTag state={stateOf(row)} text={row.text} />,
    },
    {
      title: t('requests.parts'),
      render: (_, { parts }) => <Parts parts={parts} />,
      ellipsis: true,
    },
    {
      title: t('requests.registered'),
      width: 150,
      render: (_, { registeredAt }) => shanghaiTime(registeredAt),
    },
  ];
}

/** What is left of the window below the filters. */
function useRoomBelow(): number {
  const room = () => Math.max(240, window.innerHeight - 290);
  const [height, setHeight] = useState(room);
  useEffect(() => {
    const measure = () => setHeight(room());
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  return height;
}
