import type { OperationBody } from '@lianban/adapter-kit';
import { writeXlsx } from 'hucre/xlsx';

type Dossier = OperationBody['dossier'];

const KINDS: Record<OperationBody['kind'], string> = { place: '新办', correct: '补正', withdraw: '撤回' };
const LONGEST_CELL = 32_767;
/** No XML document can hold them: control characters, and halves of a pair. */
// eslint-disable-next-line no-control-regex
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** `2026-11-28 10:00:00` in Beijing. */
const timeOf = (instant: string): string =>
  new Date(instant).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });

/** The columns of the sheet 业务, one row for each operation. */
const COLUMNS: [name: string, (order: OperationBody) => string | undefined][] = [
  ['操作编号', ({ operation }) => operation],
  ['操作', ({ kind }) => KINDS[kind]],
  ['外部编号', ({ placement }) => placement],
  ['受理编号', ({ dossier }) => dossier.receiptNumber],
  ['事项', ({ dossier }) => dossier.matter],
  ['受理时间', ({ dossier }) => timeOf(dossier.registeredAt)],
  ['承诺日期', ({ promisedDate }) => promisedDate],
  ['撤回原因', ({ reason }) => reason],
  ['行政区划', ({ dossier }) => dossier.address.district],
  ['地址', ({ dossier }) => dossier.address.text],
  ['小区', ({ dossier }) => dossier.address.estate],
  ['楼栋', ({ dossier }) => dossier.address.building],
  ['单元', ({ dossier }) => dossier.address.unit],
  ['房间', ({ dossier }) => dossier.address.room],
  ['申请人类型', ({ dossier }) => dossier.applicant.kind],
  ['申请人', ({ dossier }) => dossier.applicant.name],
  ['证件类型', ({ dossier }) => dossier.applicant.documentType],
  ['证件号码', ({ dossier }) => dossier.applicant.documentNumber],
  ['联系电话', ({ dossier }) => dossier.applicant.phone],
  ['经办人', ({ dossier }) => dossier.agent?.name],
  ['经办人证件类型', ({ dossier }) => dossier.agent?.documentType],
  ['经办人证件号码', ({ dossier }) => dossier.agent?.documentNumber],
  ['经办人电话', ({ dossier }) => dossier.agent?.phone],
];

/** The columns of the sheet 明细: what an operation has several of. */
const DETAILS = ['操作编号', '类别', '补正编号', '名称', '值', '日期'];

type Row = (string | undefined)[];

export interface OrderSheet {
  bytes: Buffer;
  unwritable: Map<string, string>;
}

/** A workbook with these operations. Every cell is text: zeros stay, and what begins with `=` is no formula. */
export async function toOrderSheet(orders: readonly OperationBody[]): Promise<OrderSheet> {
  const written = orders.map((order) => ({
    id: order.operation,
    row: COLUMNS.map(([, read]) => read(order)),
    details: detailsOf(order),
  }));
  const unwritable = new Map(
    written.flatMap(({ id, row, details }): [string, string][] => {
      const reason =
        troubleIn(
          row,
          COLUMNS.map(([name]) => name),
        ) ?? firstOf(details, (each) => troubleIn(each, DETAILS));
      return reason ? [[id, reason]] : [];
    }),
  );
  const good = written.filter(({ id }) => !unwritable.has(id));
  const sheets = [
    { name: '业务', rows: [COLUMNS.map(([name]) => name), ...good.map(({ row }) => cellsOf(row))] },
    { name: '明细', rows: [DETAILS, ...good.flatMap(({ details }) => details.map(cellsOf))] },
  ];
  return { bytes: Buffer.from(await writeXlsx({ sheets })), unwritable };
}

const cellsOf = (row: Row): (string | null)[] => row.map((text) => text || null);

function detailsOf({ operation, kind, dossier }: OperationBody): Row[] {
  if (kind === 'withdraw') return [];
  return [
    ...suppliedRows(dossier, operation, ''),
    ...dossier.answers.flatMap((answer) => [
      [operation, '答复', answer.correctionId, '', '', timeOf(answer.answeredAt)],
      ...suppliedRows(answer, operation, answer.correctionId),
      ...(answer.confirmed ?? []).map((item) => [operation, '已办', answer.correctionId, item]),
    ]),
  ];
}

const suppliedRows = (
  { fields, materials }: Pick<Dossier, 'fields' | 'materials'>,
  operation: string,
  correction: string,
): Row[] => [
  ...Object.entries(fields).map(([name, value]) => [operation, '字段', correction, name, textOf(value)]),
  ...materials.map(({ code, method, promisedBy }) => [
    operation,
    '材料',
    correction,
    code,
    method,
    promisedBy,
  ]),
];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Why a row cannot stand in a sheet, by the name of its column; what the cell holds is personal. */
function troubleIn(row: Row, columns: readonly string[]): string | undefined {
  return firstOf(row, (text = '', index) => {
    if (text.length > LONGEST_CELL) return `${columns[index]} is longer than a cell can be`;
    return NOT_IN_XML.test(text) ? `${columns[index]} has a character that no sheet can hold` : undefined;
  });
}

function firstOf<T>(
  list: readonly T[],
  find: (each: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, each] of list.entries()) {
    const found = find(each, index);
    if (found) return found;
  }
  return undefined;
}
