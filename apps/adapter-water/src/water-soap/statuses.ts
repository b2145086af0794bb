import type { Observation } from '@lianban/adapter-kit';
import { cutText } from '@lianban/service-kit';
import type { Flow } from './flow.js';

type State = NonNullable<Observation['state']>;

/** Result codes that every company shares; those of its business are in `settings.reasons`. */
export const DONE = '0';
export const LOGIN_FAILED = 'LOGIN_FAILED';
export const NOT_FOUND = 'NOT_FOUND';
export const BUSY = 'BUSY';

const NOT_ACCEPTED = '07';

/** The codes of the provincial list, and two of our own (20, 21), in our states; null: it says nothing about the job. */
const STATES = new Map<string, State | null>([
  ['01', null], // 草稿
  ['02', null], // 收件
  ['03', null], // 预受理
  ['04', 'waiting'], // 预受理退回
  ['05', 'accepted'], // 受理
  ['06', 'waiting'], // 补齐补正
  [NOT_ACCEPTED, 'refused'], // 不予受理
  ['08', 'in-progress'], // 在办
  ['09', 'held'], // 挂起
  ['10', 'completed'], // 办结
  ['11', 'completed'], // 转报办结
  ['12', 'cancelled'], // 作废办结
  ['13', 'refused'], // 退件
  ['20', 'partly-completed'], // 部分办结
  ['21', 'failed'], // 办理失败
]);

/** The company's codes in those of the catalogue; what it does not list is passed on as it is. */
export type Reasons = ReadonlyMap<string, string>;

/** What a flow tells of the job: the stages it reached, and how it stands. */
export function observationsOf(flow: Flow, reasons: Reasons): Observation[] {
  const { billNo: reference, otherBillNo = [], stage = [] } = flow;
  const seconds = otherBillNo.map((other): Observation => ({ reference: other }));
  const reached = stage.map(({ code }): Observation => ({ reference, stage: code }));
  return [...seconds, ...reached, { reference, ...statusOf(flow, reasons) }];
}

function statusOf(flow: Flow, reasons: Reasons): Observation {
  const { status, holder, dueDate, supplementItem: items = [] } = flow;
  const state = STATES.get(status);
  if (state === undefined) return { unknownState: status };
  if (state === null) return {};
  return {
    state,
    ...explanationIn(flow, reasons),
    ...(holder && { holder }),
    ...(dueDate && { dueDate }),
    ...(state === 'waiting' && items.length > 0 && { correction: { items, ...(dueDate && { dueDate }) } }),
  };
}

/** Undefined while it is not refused, or was taken before it was. */
export const refusalIn = (flow: Flow, reasons: Reasons): Observation | undefined =>
  flow.status === NOT_ACCEPTED ? explanationIn(flow, reasons) : undefined;

/** Has the company done this operation? */
export const hasTaken = ({ operationNo = [] }: Flow, operation: string): boolean =>
  operationNo.includes(operation);

/** @param asked the operation that is to be answered: a flow may still show the answer to an earlier one */
export function refusalOfCancellation(
  { cancel }: Flow,
  asked: string | null,
  reasons: Reasons,
): Observation[] {
  if (cancel?.status !== 'refused' || cancel.operationNo !== asked) return [];
  return [{ withdrawal: 'refused', ...explanationIn(cancel, reasons) }];
}

function explanationIn(
  { reasonCode, reasonMsg }: Pick<Flow, 'reasonCode' | 'reasonMsg'>,
  reasons: Reasons,
): Pick<Observation, 'reason' | 'text'> {
  return {
    ...(reasonCode && { reason: reasons.get(reasonCode) ?? reasonCode }),
    ...(reasonMsg && { text: cutText(reasonMsg, 500) }),
  };
}

/** `12350` fen are `123.50` yuan; as text, so that no digit is lost. */
export function yuanOf(fen: string): string {
  const digits = fen.replace(/^0+(?=\d)/, '').padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
