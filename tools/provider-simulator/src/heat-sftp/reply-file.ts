import type { Provider } from '@lianban/catalogue';
import type { Holder, JobState } from '@lianban/contracts';
import { writeXlsx } from 'hucre/xlsx';
import { ownCodeOf } from '../placements/own-code.js';
import type { Report } from '../reports/report.js';

const STATES: Record<JobState, string> = {
  placed: '已收件',
  accepted: '已受理',
  'in-progress': '办理中',
  waiting: '待补正',
  held: '已挂起',
  completed: '已办结',
  'partly-completed': '部分办结',
  refused: '已退件',
  failed: '办理失败',
  cancelled: '已撤销',
};
const HOLDERS: Record<Holder, string> = {
  provider: '供热单位',
  applicant: '申请人',
  authority: '主管部门',
  contractor: '施工单位',
  hall: '服务大厅',
};

/** `2026-11-28 10:00:00` in Beijing. */
const timeOf = (instant: string): string =>
  new Date(instant).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });

const COLUMNS: [name: string, (report: Report, provider: Provider) => string | undefined][] = [
  ['外部编号', ({ placement }) => placement],
  ['业务编号', ({ reference }) => reference],
  ['序号', ({ sequence }) => String(sequence)],
  ['时间', ({ at }) => timeOf(at)],
  ['状态', ({ state }) => state && STATES[state]],
  ['环节', ({ stage }) => stage],
  ['原因代码', ({ reason }, provider) => reason && ownCodeOf(provider, reason)],
  ['说明', ({ text }) => text],
  ['责任方', ({ holder }) => holder && HOLDERS[holder]],
  ['截止日期', ({ correction, dueDate }) => correction?.dueDate ?? dueDate],
  ['补正事项', ({ correction }) => correction?.items.join(';')],
  ['撤回结果', ({ withdrawal }) => withdrawal && (withdrawal === 'agreed' ? '同意' : '不同意')],
];

export interface ReplyRow {
  report: Report;
  /** Nobody can read when that was. */
  isMalformed: boolean;
}

/** A reply with these rows. */
export async function toReplyFile(provider: Provider, rows: readonly ReplyRow[]): Promise<Uint8Array> {
  const cells = rows.map(({ report, isMalformed }) =>
    COLUMNS.map(([name, read]) => (isMalformed && name === '时间' ? '昨天' : read(report, provider)) || null),
  );
  return writeXlsx({ sheets: [{ name: '回复', rows: [COLUMNS.map(([name]) => name), ...cells] }] });
}
