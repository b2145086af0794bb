import { anOperation } from '@lianban/testing';
import { readXlsx } from 'hucre/xlsx';
import { checkWorkbook } from './checked-workbook.js';
import { toOrderSheet } from './order-sheet.js';

const of = { utility: 'heat', provider: 'jinan-heat' };
const dossier = anOperation(of).dossier;

async function sheetsOf(...orders: ReturnType<typeof anOperation>[]) {
  const { bytes } = await toOrderSheet(orders);
  await checkWorkbook(bytes);
  const { sheets } = await readXlsx(bytes);
  return Object.fromEntries(sheets.map(({ name, rows }) => [name, rows])) as Record<
    '业务' | '明细',
    unknown[][]
  >;
}

const withText = (text: string) =>
  anOperation({ ...of, dossier: { ...dossier, address: { district: '370102', text } } });

describe('the sheet of operations', () => {
  it('has a row for each, in their order', async () => {
    const orders = [anOperation(of), anOperation({ ...of, kind: 'withdraw', reason: 'duplicate' })];
    const { 业务: rows } = await sheetsOf(...orders);
    expect(rows.slice(1).map((row) => row.slice(0, 3))).toEqual([
      [orders[0]!.operation, '新办', orders[0]!.placement],
      [orders[1]!.operation, '撤回', orders[1]!.placement],
    ]);
    expect(rows[2]![7]).toBe('duplicate');
  });

  it.each(['=1+1', '+86', '-1', '@SUM(A1)', '007', '3e5', '𠮷野䶮', '欧阳·试样', 'a\nb', '<b>&"'])(
    'keeps %j as the text that it is',
    async (text) => {
      const { 业务: rows } = await sheetsOf(withText(text));
      expect(rows[1]![9]).toBe(text);
    },
  );

  it('tells times as in Beijing', async () => {
    const { 业务: rows } = await sheetsOf(anOperation(of));
    expect(rows[1]![5]).toBe('2026-05-11 09:00:00');
  });

  it('lists fields, materials and answers apart, and nothing of them for a withdrawal', async () => {
    const answer = {
      correctionId: '0199f3a1-7d2e-7c40-9b11-1f5a3c2d4e60',
      fields: { heatedArea: 120 },
      materials: [{ code: 'ID_CARD', method: 'paper' as const }],
      confirmed: ['arrears'],
      answeredAt: '2026-05-12T01:00:00.000Z',
    };
    const materials = [{ code: 'SITE_PLAN', method: 'deferred' as const, promisedBy: '2026-06-01' }];
    const order = anOperation({
      ...of,
      kind: 'correct',
      dossier: {
        ...dossier,
        fields: { heatedArea: 89.5, accountNumber: '0012' },
        materials,
        answers: [answer],
      },
    });
    const { 明细: rows } = await sheetsOf(order, { ...order, operation: 'other', kind: 'withdraw' });
    const { correctionId: id } = answer;
    expect(rows.slice(1).map(([operation, ...row]) => [operation === order.operation, ...row])).toEqual([
      [true, '字段', null, 'heatedArea', '89.5', null],
      [true, '字段', null, 'accountNumber', '0012', null],
      [true, '材料', null, 'SITE_PLAN', 'deferred', '2026-06-01'],
      [true, '答复', id, null, null, '2026-05-12 09:00:00'],
      [true, '字段', id, 'heatedArea', '120', null],
      [true, '材料', id, 'ID_CARD', 'paper', null],
      [true, '已办', id, 'arrears', null, null],
    ]);
  });

  it.each([
    ['a control character', '历下区\u0007'],
    ['half of a pair', '历下区\ud842'],
    ['more than a cell holds', '路'.repeat(32_768)],
  ])('leaves out an operation with %s, names the column and not what it holds', async (_, text) => {
    const [bad, good] = [withText(text), anOperation(of)];
    const { unwritable } = await toOrderSheet([bad, good]);
    expect([...unwritable.keys()]).toEqual([bad.operation]);
    expect(unwritable.get(bad.operation)).toMatch(/^地址 /);
    expect(unwritable.get(bad.operation)).not.toContain('历下');
    const { 业务: rows } = await sheetsOf(bad, good);
    expect(rows.slice(1).map(([operation]) => operation)).toEqual([good.operation]);
  });
});
