import type { JobDossier } from '@lianban/contracts';
import { readXlsx } from 'hucre/xlsx';
import { Operation } from '../operations/operation.js';
import type { Placement } from '../placements/placement.js';

type Row = Record<string, string>;
type Kind = Operation['kind'];

const KINDS: Record<string, Kind> = { 新办: 'place', 补正: 'correct', 撤回: 'withdraw' };

const instantOf = (time: string): string => new Date(`${time.replace(' ', 'T')}+08:00`).toISOString();

export interface OrderRow {
  row: Row;
  details: Row[];
}

/** The rows of the sheet 业务, each with its rows of the sheet 明细. */
export async function readOrderFile(bytes: Buffer): Promise<OrderRow[]> {
  const { sheets } = await readXlsx(bytes);
  const [orders, details] = ['业务', '明细'].map((name) =>
    rowsOf(sheets.find((sheet) => sheet.name === name)?.rows ?? []),
  ) as [Row[], Row[]];
  return orders.map((row) => ({
    row,
    details: details.filter((each) => each.操作编号 === row.操作编号),
  }));
}

function rowsOf([header = [], ...rows]: unknown[][]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      header.flatMap((name, column) =>
        row[column] === null || row[column] === undefined ? [] : [[String(name), String(row[column])]],
      ),
    ),
  );
}

/** A row as an operation of the provider's books. @param known the placement as the provider has it; undefined where the row is none */
export function toOperation(
  provider: string,
  { row, details }: OrderRow,
  known: Placement | undefined,
): Operation | undefined {
  const { 操作编号: operation, 外部编号: placement = '', 操作: kindName = '' } = row;
  const [, requestId, attempt] = /^([^:]+):heat:(\d+)$/.exec(placement) ?? [];
  const kind = KINDS[kindName];
  if (!requestId || !operation || !kind) return undefined;
  const isWithdrawal = kind === 'withdraw';
  return Object.assign(new Operation(), {
    ...{
      operation,
      kind,
      provider,
      utility: 'heat',
      callback: '',
      placement,
      requestId,
      attempt: Number(attempt),
    },
    version: (known?.version ?? 0) + (isWithdrawal ? 0 : 1),
    promisedDate: row.承诺日期,
    dossier: isWithdrawal && known ? known.dossier : dossierIn(row, details),
    ...(row.撤回原因 && { reason: row.撤回原因 }),
  });
}

function dossierIn(row: Row, details: readonly Row[]): JobDossier {
  const of = (correction: string): Row[] => details.filter((each) => (each.补正编号 ?? '') === correction);
  const named = (rows: readonly Row[], group: string): Row[] => rows.filter(({ 类别 }) => 类别 === group);
  const supplied = (rows: readonly Row[]) => ({
    fields: Object.fromEntries(named(rows, '字段').map(({ 名称, 值 }) => [名称, 值])),
    materials: named(rows, '材料').map(({ 名称, 值, 日期 }) => ({
      ...{ code: 名称, method: 值 },
      ...(日期 && { promisedBy: 日期 }),
    })),
  });
  const answers = named(details, '答复').map(({ 补正编号 = '', 日期 = '' }) => ({
    ...{ correctionId: 补正编号, answeredAt: instantOf(日期), ...supplied(of(补正编号)) },
    confirmed: named(of(补正编号), '已办').map(({ 名称 }) => 名称),
  }));
  return {
    receiptNumber: row.受理编号,
    matter: row.事项,
    registeredAt: instantOf(row.受理时间!),
    applicant: { kind: row.申请人类型, name: row.申请人 },
    address: { district: row.行政区划, text: row.地址 },
    ...supplied(of('')),
    answers,
  } as unknown as JobDossier;
}
