import { Grid, Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';

export interface Column<Row> {
  title: string;
  /** Nothing is a dash in a table, and left out of a card. */
  show: (row: Row) => ReactNode;
}

interface Props<Row> extends Pick<TableProps<Row>, 'rowKey' | 'loading'> {
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  /** What is said where there is no row. */
  empty?: string;
  /** Rows of a page; without it all are shown. */
  pageSize?: number;
}

/** A table that scrolls aside by itself, by keyboard too; on a narrow screen each row is a card. */
export function RowTable<Row extends object>({
  label,
  columns,
  rows,
  empty,
  pageSize,
  ...props
}: Props<Row>) {
  const isWide = Grid.useBreakpoint().lg;
  return (
    <div className="row-table" role="region" aria-label={label} tabIndex={0}>
      <Table<Row>
        size="small"
        {...props}
        dataSource={rows}
        locale={{ emptyText: empty }}
        pagination={pageSize ? { pageSize, hideOnSinglePage: true } : false}
        showHeader={isWide ?? false}
        columns={
          isWide
            ? columns.map(({ title, show }) => ({ key: title, title, render: (_, row) => orDash(show(row)) }))
            : [{ key: 'card', render: (_, row) => <RowCard row={row} columns={columns} /> }]
        }
      />
    </div>
  );
}

function RowCard<Row>({ row, columns }: { row: Row; columns: Column<Row>[] }) {
  const facts = columns.map(({ title, show }) => ({ title, shown: show(row) }));
  return (
    <dl className="row-card">
      {facts
        .filter(({ shown }) => !isNothing(shown))
        .map(({ title, shown }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{shown}</dd>
          </div>
        ))}
    </dl>
  );
}

const isNothing = (shown: ReactNode): boolean =>
  shown === undefined || shown === null || shown === false || shown === '';

const orDash = (shown: ReactNode): ReactNode => (isNothing(shown) ? '—' : shown);
