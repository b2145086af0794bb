import { readPlacementName, type JobReport, type ProviderReport } from '@lianban/adapter-kit';
import { cutText } from '@lianban/service-kit';
import { serialToDate } from 'hucre';
import { UnreadableFile } from './checked-workbook.js';
import { Unusable, type Cell, type Table, type TableRow } from './reply-table.js';
import { HOLDERS, STATES, WITHDRAWALS } from './statuses.js';

const REQUIRED = ['外部编号', '时间'];
const TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;
/** Serial numbers of days between 2000 and 2100, in either way of counting. */
const [FIRST_SERIAL, LAST_SERIAL] = [35_000, 73_100];

/** A cell that cannot be used, and why: what it holds may be personal, and is not repeated. */
class UnusableCell extends Error {
  constructor(column: string, reason: string) {
    super(`${column} ${reason}`);
  }
}

export interface Reply {
  reports: ProviderReport[];
  /** Rows that are left out, with row, column and reason. */
  unreadable: string[];
}

/** Reads a table as reports, a row each. @param reasons the company's codes in those of the catalogue @throws UnreadableFile */
export function readReply(file: string, table: Table, reasons: ReadonlyMap<string, string>): Reply {
  const missing = REQUIRED.filter((name) => !table.columns.includes(name));
  if (missing.length > 0) throw new UnreadableFile(`has no column ${missing.join(', ')}`);
  const reply: Reply = { reports: [], unreadable: [] };
  for (const row of table.rows)
    try {
      reply.reports.push(toReport(file, new RowReader(row, table.is1904), reasons));
    } catch (error) {
      if (!(error instanceof UnusableCell)) throw error;
      reply.unreadable.push(`${file} row ${row.number}: ${error.message}`);
    }
  return reply;
}

function toReport(file: string, row: RowReader, reasons: ReadonlyMap<string, string>): ProviderReport {
  const about = readPlacementName(row.text('外部编号') ?? '', 'heat');
  if (!about) throw new UnusableCell('外部编号', 'is no number of ours');
  const status = row.text('状态');
  const state = status === undefined ? undefined : STATES.get(status);
  const code = row.text('原因代码');
  const items = row
    .text('补正事项')
    ?.split(/[;；,，、\s]+/)
    .filter(Boolean);
  const report: Partial<Record<keyof JobReport, unknown>> = {
    at: row.time('时间'),
    sequence: row.count('序号'),
    reference: row.text('业务编号'),
    ...(state && { state }),
    ...(status !== undefined && state === undefined && { unknownState: cutText(status, 64) }),
    stage: row.text('环节'),
    reason: code && (reasons.get(code) ?? code),
    text: cutText(row.text('说明') ?? '', 500) || undefined,
    holder: named(HOLDERS, row.text('责任方')),
    dueDate: row.day('截止日期'),
    ...(items && { correction: { items, dueDate: row.day('截止日期') } }),
    withdrawal: row.oneOf('撤回结果', WITHDRAWALS),
  };
  return { id: `${file}#${row.number}`, ...about, report: withoutUndefined(report) as unknown as JobReport };
}

/** What a table does not list is passed on as it is. */
const named = (table: ReadonlyMap<string, string>, word: string | undefined): string | undefined =>
  word && (table.get(word) ?? word);

const withoutUndefined = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));

/** The cells of a row by the names of their columns; empty ones are not there. */
class RowReader {
  constructor(
    private readonly row: TableRow,
    private readonly is1904: boolean,
  ) {}

  get number(): number {
    return this.row.number;
  }

  private cell(column: string): Exclude<Cell, Unusable> | undefined {
    const cell = this.row.cells.get(column) ?? '';
    if (cell instanceof Unusable) throw new UnusableCell(column, cell.reason);
    return cell === '' ? undefined : cell;
  }

  /** A number is refused: the zeros that it began with are lost, and digits after the fifteenth. */
  text(column: string): string | undefined {
    const cell = this.cell(column);
    if (cell === undefined || typeof cell === 'string') return cell;
    throw new UnusableCell(column, 'is a number and not text: zeros at its beginning may be lost');
  }

  count(column: string): number | undefined {
    const cell = this.cell(column);
    const count = typeof cell === 'string' && /^\d{1,9}$/.test(cell) ? Number(cell) : cell;
    if (count === undefined || (typeof count === 'number' && Number.isInteger(count) && count >= 0))
      return count;
    throw new UnusableCell(column, 'is no whole number');
  }

  oneOf<T>(column: string, table: ReadonlyMap<string, T>): T | undefined {
    const text = this.text(column);
    const found = text === undefined ? undefined : table.get(text);
    if (text !== undefined && found === undefined)
      throw new UnusableCell(column, `is none of ${[...table.keys()].join(', ')}`);
    return found;
  }

  /** In Beijing, whatever the zone of the machine that wrote it. */
  time(column: string): string {
    const wall = this.wallTime(column);
    const [, day, time] = TIME.exec(wall ?? '') ?? [];
    const instant = new Date(`${day}T${time}+08:00`);
    if (Number.isNaN(instant.getTime()) || wallOf(new Date(instant.getTime() + 8 * 3_600_000)) !== wall)
      throw new UnusableCell(column, 'is no time YYYY-MM-DD hh:mm:ss');
    return instant.toISOString();
  }

  day(column: string): string | undefined {
    return this.wallTime(column)?.replace(/ 00:00:00$/, '');
  }

  private wallTime(column: string): string | undefined {
    const cell = this.cell(column);
    if (cell === undefined || typeof cell === 'string') return cell;
    if (typeof cell === 'number' && !(cell >= FIRST_SERIAL && cell <= LAST_SERIAL))
      throw new UnusableCell(column, 'is no date');
    return wallOf(typeof cell === 'number' ? serialToDate(cell, this.is1904) : cell);
  }
}

/** A spreadsheet knows no zones: the library gives what stands there as UTC. */
const wallOf = (date: Date): string =>
  new Date(Math.round(date.getTime() / 1_000) * 1_000).toISOString().slice(0, 19).replace('T', ' ');
