import { Table, type TableProps } from 'antd';

interface Props<Row> extends TableProps<Row> {
  label: string;
}

/** A table that scrolls aside by itself, by keyboard too. */
export function ScrollTable<Row extends object>({ label, ...props }: Props<Row>) {
  return (
    <div className="scroll" role="region" aria-label={label} tabIndex={0}>
      <Table<Row> size="small" {...props} />
    </div>
  );
}
