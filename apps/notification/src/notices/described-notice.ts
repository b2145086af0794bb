import { UTILITY_NAMES, type Text } from '@lianban/catalogue';
import type { Language } from '@lianban/contracts';
import type { Notice, NoticeKind } from './notice.js';
import type { DeliveryRecord, NoticeState } from './notices.forms.js';

/** A delivery record in words, beside its codes. */
export interface DescribedNotice {
  subject: string;
  state: string;
  reason?: string;
}

export function describeNotice(
  { state, reason }: Pick<DeliveryRecord, 'state' | 'reason'>,
  { kind, utility }: Pick<Notice, 'kind' | 'utility'>,
  language: Language,
): DescribedNotice {
  const about = utility ? `${UTILITY_NAMES[utility][language]}${language === 'en' ? ': ' : '：'}` : '';
  return {
    subject: about + KINDS[kind][language],
    state: STATES[state][language],
    ...(reason && { reason: (REASONS[reason] ?? NOT_SENT)[language] }),
  };
}

const text = (zh: string, en: string): Text => ({ 'zh-CN': zh, en });

const KINDS: Record<NoticeKind, Text> = {
  registered: text('已登记', 'registered'),
  accepted: text('已受理', 'accepted'),
  correction: text('需补正', 'a correction is asked for'),
  action: text('待申请人办理', "it is the applicant's turn"),
  reminder: text('期限提醒', 'reminder of the due date'),
  'withdrawal-refused': text('未同意撤回', 'the withdrawal was refused'),
  completed: text('已办结', 'completed'),
  'partly-completed': text('部分办结', 'completed in part'),
  refused: text('不予办理', 'refused'),
  failed: text('未能办成', 'could not be done'),
  cancelled: text('已撤销', 'cancelled'),
  lapsed: text('逾期视为撤回', 'lapsed'),
  'promise-moved': text('承诺日期变更', 'the date promised has moved'),
  'query-code': text('补发查询码', 'the query code once more'),
  ended: text('全部结束', 'the whole request has ended'),
};

const STATES: Record<NoticeState, Text> = {
  pending: text('待发送', 'to be sent'),
  sending: text('发送中', 'being sent'),
  sent: text('已发送', 'sent'),
  failed: text('未送达', 'not delivered'),
  superseded: text('已被新情况取代', 'superseded by something newer'),
  'to-call': text('待电话告知', 'to be called'),
  called: text('已电话告知', 'called'),
};

const NOT_SENT = text('短信网关未能发送', 'the SMS gateway could not send it');
const REASONS: Record<string, Text> = {
  'no-contact': text('没有联系电话', 'there is no phone to reach'),
  'too-old': text('得知时已过期', 'it was too old when it became known'),
  'wrong-number': text('号码有误', 'the number is wrong'),
  'gateway-silent': text('短信网关无应答', 'the SMS gateway did not answer'),
  'gateway-unreachable': text('短信网关无法连接', 'the SMS gateway cannot be reached'),
};
