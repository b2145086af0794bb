import type { JobReport } from '@lianban/adapter-kit';

type State = NonNullable<JobReport['state']>;

/** The company's word for how a job stands (状态), in ours; null: it says nothing about the job. */
export const STATES: ReadonlyMap<string, State | null> = new Map<string, State | null>([
  ['已收件', null],
  ['已受理', 'accepted'],
  ['办理中', 'in-progress'],
  ['待补正', 'waiting'],
  ['已挂起', 'held'],
  ['已办结', 'completed'],
  ['部分办结', 'partly-completed'],
  ['不予受理', 'refused'],
  ['已退件', 'refused'],
  ['办理失败', 'failed'],
  ['已撤销', 'cancelled'],
]);

/** Its answer to a withdrawal (撤回结果). */
export const WITHDRAWALS: ReadonlyMap<string, 'agreed' | 'refused'> = new Map<string, 'agreed' | 'refused'>([
  ['同意', 'agreed'],
  ['不同意', 'refused'],
]);

/** Who must act (责任方). */
export const HOLDERS: ReadonlyMap<string, string> = new Map([
  ['供热单位', 'provider'],
  ['申请人', 'applicant'],
  ['主管部门', 'authority'],
  ['施工单位', 'contractor'],
  ['服务大厅', 'hall'],
]);
