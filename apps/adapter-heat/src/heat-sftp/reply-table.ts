import { parseCsv } from 'hucre/csv';
import { readXlsx, type Sheet } from 'hucre/xlsx';
import { checkWorkbook, UnreadableFile } from './checked-workbook.js';

const SHEET = '回复';
const MAX_ROWS = 10_000;
const MAX_COLUMNS = 64;

/** What stands in a cell; a serial number of days where it is a date without a format. */
export type Cell = string | number | Date | Unusable;

/** What no value can be taken from. */
export class Unusable {
  constructor(readonly reason: string) {}
}

export interface TableRow {
  /** As the spreadsheet counts, from 1. */
  number: number;
  cells: ReadonlyMap<string, Cell>;
}

export interface Table {
  columns: readonly string[];
  rows: TableRow[];
  /** From which day serial numbers count. */
  is1904: boolean;
}

/** Reads a reply as a table, by the end of its name. @throws UnreadableFile */
export const readTable = (name: string, bytes: Buffer): Promise<Table> =>
  name.endsWith('.csv') ? readCsv(bytes) : readWorkbook(bytes);

async function readWorkbook(bytes: Buffer): Promise<Table> {
  await checkWorkbook(bytes);
  const { sheets, dateSystem } = await readXlsx(bytes, { sheets: ({ name }) => name === SHEET }).catch(
    // What the library says may repeat what stands in a cell.
    () => {
      throw new UnreadableFile('has a sheet that cannot be read');
    },
  );
  const [sheet] = sheets;
  if (!sheet) throw new UnreadableFile(`has no sheet ${SHEET}`);
  const rows = sheet.rows.map((row, index) =>
    row.map((value, column) => cellOf(sheet, index, column, value)),
  );
  return toTable(rows, dateSystem === '1904');
}

function cellOf(
  { cells, merges = [] }: Sheet,
  row: number,
  column: number,
  value: Sheet['rows'][number][number],
): Cell {
  const isMerged = merges.some(
    ({ startRow, startCol, endRow, endCol }) =>
      row >= startRow && row <= endRow && column >= startCol && column <= endCol,
  );
  if (isMerged) return new Unusable('is merged with another cell');
  const type = cells?.get(`${row},${column}`)?.type;
  if (type === 'formula') return new Unusable('is a formula');
  if (type === 'error') return new Unusable('is an error');
  if (typeof value === 'boolean') return new Unusable('is neither text nor a date');
  return typeof value === 'string' ? value.trim() : (value ?? '');
}

async function readCsv(bytes: Buffer): Promise<Table> {
  return toTable(
    parseCsv(textOf(bytes), { delimiter: ',', maxRows: MAX_ROWS + 2 }).map((row) =>
      row.map((value) => String(value ?? '').trim()),
    ),
    false,
  );
}

/** UTF-8 where it is that, with or without a byte order mark; else GB18030. */
function textOf(bytes: Buffer): string {
  for (const encoding of ['utf-8', 'gb18030'])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Its bytes are of another encoding.
    }
  throw new UnreadableFile('is neither UTF-8 nor GB18030');
}

function toTable([header = [], ...rows]: Cell[][], is1904: boolean): Table {
  if (rows.length > MAX_ROWS) throw new UnreadableFile(`has more than ${MAX_ROWS} rows`);
  if ([header, ...rows].some(({ length }) => length > MAX_COLUMNS))
    throw new UnreadableFile(`has more than ${MAX_COLUMNS} columns`);
  const columns = header.map((name) => (typeof name === 'string' ? name : ''));
  const named = columns.filter(Boolean);
  if (new Set(named).size < named.length) throw new UnreadableFile('names a column twice');
  return {
    columns,
    is1904,
    rows: rows.flatMap((row, index) =>
      row.every((cell) => cell === '')
        ? []
        : [{ number: index + 2, cells: new Map(columns.map((name, column) => [name, row[column] ?? ''])) }],
    ),
  };
}
