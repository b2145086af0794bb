import type { Language } from '@lianban/contracts';
import type { NoticeKind } from '../notices/notice.js';

/** What a template may contain, in the reader's language; no personal data. */
export interface TemplateParams {
  receipt: string;
  utility: string;
  provider: string;
  /** Empty if nobody set one. */
  date: string;
  reason: string;
  items: string;
  outcome: string;
  /** Parts with their new promised dates. */
  moved: string;
  /** Empty in all texts but the one that was asked for. */
  queryCode: string;
}

type Template = (params: TemplateParams) => string;

export const templates: Record<Language, Record<NoticeKind, Template>> = {
  'zh-CN': {
    registered: ({ receipt }) =>
      `【联办】您的申请已登记，编号${receipt}。凭受理通知书上的查询码，您可随时查询办理进度。`,
    accepted: ({ receipt, utility, provider, date }) =>
      `【联办】您的申请${receipt}：${utility}已由${provider}受理，承诺${date}前办结。`,
    correction: ({ receipt, provider, items, date }) =>
      `【联办】您的申请${receipt}：${provider}请您${date && `于${date}前`}补正${items}。请到受理大厅提交，逾期未补正的，该项视为撤回。`,
    action: ({ receipt, utility, reason, date }) =>
      `【联办】您的申请${receipt}：${utility}需您办理（${reason}）。请您${date && `于${date}前`}完成，如需帮助请咨询受理大厅。`,
    reminder: ({ receipt, utility, date }) =>
      `【联办】温馨提醒：您的申请${receipt}，${utility}尚待您办理，期限为${date}，请您及时到受理大厅办理。`,
    'withdrawal-refused': ({ receipt, utility, provider, reason }) =>
      `【联办】您的申请${receipt}：${provider}未同意撤回${utility}（${reason}），该项继续办理。`,
    completed: ({ receipt, utility, provider }) =>
      `【联办】您的申请${receipt}：${utility}已由${provider}办结。`,
    'partly-completed': ({ receipt, utility, provider }) =>
      `【联办】您的申请${receipt}：${utility}已由${provider}部分办结，详情请咨询受理大厅。`,
    refused: ({ receipt, utility, provider, reason }) =>
      `【联办】您的申请${receipt}：${provider}对${utility}不予办理（${reason}）。如有疑问，请您咨询受理大厅。`,
    failed: ({ receipt, utility, reason }) =>
      `【联办】您的申请${receipt}：${utility}未能办成（${reason}）。请您到受理大厅重新申请。`,
    cancelled: ({ receipt, utility, reason }) =>
      `【联办】您的申请${receipt}：${utility}已撤销（${reason}）。`,
    lapsed: ({ receipt, utility }) =>
      `【联办】您的申请${receipt}：${utility}逾期未补正，已视为撤回。如仍需办理，请您到受理大厅重新申请。`,
    'promise-moved': ({ receipt, moved }) =>
      `【联办】您的申请${receipt}：节假日安排已公布，承诺办结日期相应调整为：${moved}。`,
    'query-code': ({ receipt, queryCode }) =>
      `【联办】您的申请${receipt}，查询码为${queryCode}，请勿告知他人。如非您本人查询，请忽略本短信。`,
    ended: ({ receipt, outcome }) =>
      `【联办】您的申请${receipt}${outcome}。凭查询码可查看各项结果，感谢您的支持。`,
  },
  en: {
    registered: ({ receipt }) =>
      `[Lianban] Your request is registered: ${receipt}. Follow it at any time with the query code on your receipt.`,
    accepted: ({ receipt, utility, provider, date }) =>
      `[Lianban] ${receipt}: ${provider} has accepted the ${utility} part and promises it by ${date}.`,
    correction: ({ receipt, utility, items, date }) =>
      `[Lianban] ${receipt}, ${utility}: please bring to the service hall${date && ` by ${date}`}: ${items}. Without it this part lapses.`,
    action: ({ receipt, utility, reason, date }) =>
      `[Lianban] ${receipt}, ${utility}: it is your turn${date && `, please act by ${date}`}. ${reason}. The service hall will help you.`,
    reminder: ({ receipt, utility, date }) =>
      `[Lianban] Reminder: ${receipt}, ${utility} is waiting for you until ${date}. Please come to the service hall in time.`,
    'withdrawal-refused': ({ receipt, utility, reason }) =>
      `[Lianban] ${receipt}: the ${utility} part could not be withdrawn and goes on. ${reason}.`,
    completed: ({ receipt, utility, provider }) =>
      `[Lianban] ${receipt}: ${provider} has completed the ${utility} part.`,
    'partly-completed': ({ receipt, utility, provider }) =>
      `[Lianban] ${receipt}: ${provider} has done the ${utility} part, but not all of it. Please ask the service hall.`,
    refused: ({ receipt, utility, provider, reason }) =>
      `[Lianban] ${receipt}: ${provider} has refused the ${utility} part. ${reason}. Please ask the service hall.`,
    failed: ({ receipt, utility, reason }) =>
      `[Lianban] ${receipt}: the ${utility} part could not be done. ${reason}. Please ask for it again at the service hall.`,
    cancelled: ({ receipt, utility, reason }) =>
      `[Lianban] ${receipt}: the ${utility} part is cancelled. ${reason}.`,
    lapsed: ({ receipt, utility }) =>
      `[Lianban] ${receipt}: nothing came in time, so the ${utility} part has lapsed. Please ask for it again at the service hall.`,
    'promise-moved': ({ receipt, moved }) =>
      `[Lianban] ${receipt}: the holidays are announced, and the dates promised move with them: ${moved}.`,
    'query-code': ({ receipt, queryCode }) =>
      `[Lianban] ${receipt}: your query code is ${queryCode}. Tell it to nobody. If you did not ask for it, ignore this text.`,
    ended: ({ receipt, outcome }) =>
      `[Lianban] ${receipt} ${outcome}. Your query code shows what came of each part. Thank you.`,
  },
};

/** Parts accepted within a short time; `begin` is the text of the registration, or empty. */
export const combinedAcceptance: Record<
  Language,
  (begin: string, parts: readonly TemplateParams[]) => string
> = {
  'zh-CN': (begin, parts) =>
    `${begin || `【联办】您的申请${parts[0]!.receipt}`}已受理：${parts
      .map(({ utility, provider, date }) => `${utility}（${provider}，承诺${date}前办结）`)
      .join('、')}。`,
  en: (begin, parts) =>
    `${begin ? `${begin} Accepted` : `[Lianban] ${parts[0]!.receipt} accepted`}: ${parts
      .map(({ utility, provider, date }) => `${utility} by ${provider}, promised by ${date}`)
      .join('; ')}.`,
};
