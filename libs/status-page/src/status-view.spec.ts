import { toHtml, type PageNode } from './element.js';
import type { ShownPart, ShownStatus } from './shown-status.js';
import { statusView } from './status-view.js';

const aPart = (changes: Partial<ShownPart> = {}): ShownPart => ({
  utility: 'water',
  name: '供水',
  provider: { name: '济南供水' },
  state: 'in-progress',
  stateText: '办理中',
  since: '2026-05-11T16:30:00.000Z',
  delivery: { text: '已送达该单位。', status: 'delivered' },
  delivered: true,
  stages: [],
  clock: { slaDate: '2026-05-27', running: true, remainingDays: 5 },
  ...changes,
});
const aStatus = (...parts: ShownPart[]): ShownStatus => ({
  receiptNumber: 'LB370102-20260511-J-00001-A',
  phase: 'under-way',
  attention: 'none',
  text: '正在办理。',
  matter: { name: '水电气暖信联合报装' },
  applicant: '𠮷**',
  registeredAt: '2026-05-11T02:00:00.000Z',
  missing: [],
  parts,
});

const textOf = (node: PageNode): string =>
  typeof node === 'string' ? node : node.children.map(textOf).join(' ');
const read = (status: ShownStatus) => textOf(statusView(status, 'zh-CN'));
const timelineOf = (status: ShownStatus) => {
  const [, html = ''] = toHtml(statusView(status, 'zh-CN')).split('id="timeline"');
  return [...html.matchAll(/<time[^>]*>([^<]*)<\/time><p>([^<]*)/g)].map(
    ([, time, text]) => `${time} ${text}`,
  );
};

describe('the page of a status', () => {
  it('says who has a part, since when in Shanghai, and until when', () => {
    const text = read(aStatus(aPart()));
    expect(text).toMatch(/现在由谁办理 济南供水/);
    expect(text).toContain('2026年5月12日 00:30');
    expect(text).toContain('2026年5月27日，剩余 5 个工作日');
  });

  it.each([
    [{ state: 'waiting' }, '您'],
    [{ state: 'held', holder: 'authority' }, '主管部门'],
    [{ state: 'placed', delivered: false }, '受理大厅'],
  ])('of %j says that %s has it', (changes, holder) =>
    expect(read(aStatus(aPart(changes)))).toContain(`现在由谁办理 ${holder}`),
  );

  it('names the latest of all dates as the end, and marks it where it is provisional', () => {
    const later = { slaDate: '2027-01-11', running: true, remainingDays: 9, provisional: '暂计' };
    const text = read(aStatus(aPart({ clock: later }), aPart()));
    expect(text).toContain('预计2027年1月11日前全部办结 （暂计）');
  });

  it('has what is planned above what has happened, the newest first', () => {
    const stages = [
      { name: '受理', plannedDate: '2026-05-12', reachedAt: '2026-05-12T02:00:00.000Z' },
      { name: '勘查', plannedDate: '2026-05-15', reachedAt: '2026-05-12T02:00:00.000Z' },
      { name: '通水', plannedDate: '2026-05-20' },
    ];
    expect(timelineOf(aStatus(aPart({ stages, since: '2026-05-12T02:00:00.000Z' })))).toEqual([
      '计划 2026年5月27日 供水：预计办结',
      '计划 2026年5月20日 供水：通水',
      '2026年5月12日 10:00 供水：勘查',
      '2026年5月12日 10:00 供水：受理',
      '2026年5月11日 10:00 受理大厅已登记您的申请',
    ]);
  });

  it('folds all but the newest of what has happened, and loses nothing', () => {
    const stages = Array.from({ length: 9 }, (_, place) => ({
      name: `环节${place + 1}`,
      plannedDate: '2026-05-12',
      reachedAt: `2026-05-12T0${place}:00:00.000Z`,
    }));
    const [shown, folded] = toHtml(
      statusView(aStatus(aPart({ stages, since: stages[8]!.reachedAt })), 'zh-CN'),
    )
      .split('id="timeline"')[1]!
      .split('<summary>更早的 4 条</summary>');
    expect(shown).toContain('环节4');
    expect(shown).not.toContain('环节3<');
    expect([...folded!.matchAll(/环节[1-3]<|已登记/g)]).toHaveLength(4);
  });

  it('links a document by an address of the web alone', () => {
    const documents = ['https://files.example/1', 'javascript:alert(1)', 'data:text/html,x'].map((url) => ({
      kindText: '合同',
      name: 'x',
      url,
    }));
    expect(toHtml(statusView(aStatus(aPart({ documents })), 'zh-CN')).match(/href="[^"]*"/g)).toEqual([
      'href="https://files.example/1"',
    ]);
  });

  it('asks for nothing where it has ended', () => {
    const text = read({ ...aStatus(aPart({ state: 'completed' })), phase: 'ended' });
    expect(text).toContain('全部事项已办结');
    expect(text).not.toContain('预计');
  });
});
