import { UTILITY_NAMES } from '@lianban/catalogue';
import type {
  Attention,
  DeadlineOutcome,
  Delivery,
  DocumentKind,
  JobState,
  Outcome,
  Phase,
  Utility,
  Withdrawal,
} from '@lianban/contracts';
import type { Language, Text } from '@lianban/service-kit';

/** Who reads: the applicant is told that it is his turn, a clerk that it is the applicant's. */
export interface Audience {
  reader: 'applicant' | 'clerk';
  language: Language;
}

const text = (zh: string, en: string): Text => ({ 'zh-CN': zh, en });

/** As a label: English ones begin with a capital. */
export function utilityLabel(utility: Utility, language: Language): string {
  const name = UTILITY_NAMES[utility][language];
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export const phaseText: Record<Phase, Text> = {
  registered: text('已登记，正在送达各专营单位。', 'Registered; the providers are being told.'),
  dispatched: text('已送达各专营单位，等待受理。', 'Every provider has it; none has accepted it yet.'),
  'under-way': text('正在办理。', 'Under way.'),
  ended: text('已办结。', 'Ended.'),
};

export const outcomeText: Record<Outcome, Text> = {
  completed: text('全部办成。', 'Everything was done.'),
  'partly-completed': text('部分办成。', 'Some of it was done.'),
  refused: text('不予办理。', 'It was refused.'),
  failed: text('未能办成。', 'It could not be done.'),
  cancelled: text('已撤回。', 'It was withdrawn.'),
};

const attentionForApplicant: Record<Exclude<Attention, 'none'>, Text> = {
  applicant: text('需要您办理，请看各专业的说明。', 'It is your turn; see what each utility asks for.'),
  hall: text('由服务大厅处理中。', 'The service hall has to act.'),
  provider: text('由专营单位处理中。', 'A provider has to act.'),
  authority: text('由主管部门处理中。', 'An authority has to act.'),
  contractor: text('由施工单位处理中。', 'A contractor has to act.'),
};

export const attentionText: Record<Audience['reader'], typeof attentionForApplicant> = {
  applicant: attentionForApplicant,
  clerk: { ...attentionForApplicant, applicant: text('待申请人办理。', 'The applicant has to act.') },
};

export const deadlineOutcomeText: Record<DeadlineOutcome, Text> = {
  'auto-cancelled': text('逾期未办理，视为撤回。', 'Nothing came in time, so it counts as withdrawn.'),
  escalated: text('已逾期，已转交责任人督办。', 'It is overdue; somebody has been told to see to it.'),
  overdue: text('已超过承诺期限，仍在办理。', 'It is later than promised, and still under way.'),
};

const stateForApplicant: Record<JobState, Text> = {
  placed: text('待受理', 'Not accepted yet'),
  accepted: text('已受理', 'Accepted'),
  'in-progress': text('办理中', 'In progress'),
  waiting: text('待您办理', 'Waiting for you'),
  held: text('暂停', 'On hold'),
  completed: text('已办成', 'Completed'),
  'partly-completed': text('部分办成', 'Partly completed'),
  refused: text('不予办理', 'Refused'),
  failed: text('未办成', 'Failed'),
  cancelled: text('已撤回', 'Cancelled'),
};

export const stateText: Record<Audience['reader'], typeof stateForApplicant> = {
  applicant: stateForApplicant,
  clerk: { ...stateForApplicant, waiting: text('待申请人办理', 'Waiting for the applicant') },
};

export const documentText: Record<DocumentKind, Text> = {
  plan: text('方案答复', 'Plan'),
  fee: text('费用通知', 'Notice of fees'),
  contract: text('合同', 'Contract'),
  other: text('其他文件', 'Other document'),
};

export const deliveryText: Record<Delivery, Text> = {
  pending: text('正在送达该单位。', 'On its way to the provider.'),
  delivered: text('已送达该单位。', 'The provider has it.'),
  failing: text('暂时联系不上该单位，将继续尝试。', 'The provider cannot be reached; we keep trying.'),
  unknown: text(
    '该单位未答复是否收到，正在核实。',
    'The provider did not say whether it has it; we are asking.',
  ),
  parked: text('未能送达，已转人工处理。', 'It could not be delivered; a person is looking into it.'),
};

export const withdrawalText: Record<Exclude<Withdrawal, 'none'>, Text> = {
  asked: text('已申请撤回，等待答复。', 'Withdrawal asked for; no answer yet.'),
  agreed: text('同意撤回。', 'Withdrawal agreed.'),
  refused: text('不能撤回。', 'Withdrawal refused.'),
};

export const silenceText = (provider: Text, days: number): Text =>
  text(`${provider['zh-CN']}已 ${days} 天没有新消息。`, `No word from ${provider.en} for ${days} days.`);
