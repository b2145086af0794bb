import {
  entryOf,
  observed,
  readPlacementName,
  type Observation,
  type ProviderReport,
} from '@lianban/adapter-kit';
import { cutText } from '@lianban/service-kit';
import type { WorkOrder } from './work-order.js';

type State = NonNullable<Observation['state']>;

/** The company's word for how an order stands, in ours; null: it says nothing about the job. */
const STATES: Record<string, State | null> = {
  RECEIVED: null,
  ACCEPTED: 'accepted',
  IN_PROGRESS: 'in-progress',
  SUPPLEMENT: 'waiting',
  SUSPENDED: 'held',
  COMPLETED: 'completed',
  PARTLY_COMPLETED: 'partly-completed',
  REJECTED: 'refused',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

/** `reasons`: the company's codes in those of the catalogue; what it does not list is passed on as it is. */
export type Reasons = Readonly<Record<string, string>>;

/** How an order stands. */
export function statusOf(order: WorkOrder, reasons: Reasons): Observation {
  const { status, heldBy, dueDate, missing = [] } = order;
  const state = entryOf(STATES, status);
  if (state === undefined) return { unknownState: status || 'none' };
  if (state === null) return {};
  return {
    state,
    ...explanationIn(order, reasons),
    ...(state === 'held' && { holder: heldBy ?? 'provider' }),
    ...(dueDate && { dueDate }),
    ...(state === 'waiting' && missing.length > 0 && { correction: { items: missing, dueDate } }),
  };
}

export function explanationIn(
  { reasonCode, reasonText }: Pick<WorkOrder, 'reasonCode' | 'reasonText'>,
  reasons: Reasons,
): Pick<Observation, 'reason' | 'text'> {
  return {
    ...(reasonCode && { reason: cutText(entryOf(reasons, reasonCode) ?? reasonCode, 40) }),
    ...(reasonText && { text: cutText(reasonText, 500) }),
  };
}

/**
 * What an order tells of its job, each at its own time: the stages it reached, how it stands, and whether we are refused a
 * withdrawal; nothing where it is not ours.
 */
export function reportsOf(order: WorkOrder, reasons: Reasons): ProviderReport[] {
  const about = readPlacementName(order.externalNo, 'gas');
  if (!about) return [];
  const { orderNo: reference, statusAt, nodes = [], cancellation } = order;
  const tell = (at: string, episode: string, observation: Observation): ProviderReport[] =>
    observed(about, new Date(at), episode, [observation]);
  return [
    ...nodes.flatMap(({ code, reachedAt }) => tell(reachedAt, '', { reference, stage: code })),
    ...tell(statusAt, statusAt, { reference, ...statusOf(order, reasons) }),
    ...(cancellation?.result === 'REFUSED'
      ? tell(cancellation.answeredAt ?? order.updatedAt, cancellation.operationNo, {
          ...{ reference, withdrawal: 'refused' },
          ...explanationIn(cancellation, reasons),
        })
      : []),
  ];
}
