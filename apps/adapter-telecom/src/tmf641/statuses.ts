import { entryOf, type Observation } from '@lianban/adapter-kit';
import type { CancelServiceOrder, ErrorMessage, ServiceOrder, ServiceOrderItem } from './resources.js';

import { ITEM_ID } from './service-order.js';

type State = NonNullable<Observation['state']>;

/** TMF641's word for the state of an order, in ours; null: it says nothing about the job. */
const STATES: Record<string, State | null> = {
  acknowledged: null,
  inProgress: 'accepted',
  pending: 'waiting',
  held: 'held',
  assessingCancellation: null,
  pendingCancellation: null,
  rejected: 'refused',
  cancelled: 'cancelled',
  completed: 'completed',
  failed: 'failed',
  partial: 'partly-completed',
};

/** TMF622 says acknowledged for accepted, v5 adds rejected and cancelled. */
const REFUSED_CANCELLATIONS = ['rejected', 'terminatedWithError', 'cancelled'];
const ENDED_CANCELLATIONS = ['done', ...REFUSED_CANCELLATIONS];

/** MEF's parts of a state follow a dot: `held.assessingCharge`. */
const wordOf = (state: string): string => state.split('.')[0]!;

/** The state of an order that names none, from its items (W99.1); what needs the citizen goes before what goes on. */
function stateFromItems(items: readonly ServiceOrderItem[]): string | undefined {
  const states = items.map(({ state = '' }) => wordOf(state));
  const first = (...words: string[]) => words.find((word) => states.includes(word));
  const running = first('rejected', 'pending', 'held', 'inProgress', 'acknowledged');
  return running ?? (new Set(states).size > 1 ? 'partial' : states[0]);
}

/** `reasons`: the carrier's codes in those of the catalogue; what it does not list is passed on as it is. */
export type Reasons = Readonly<Record<string, string>>;

/** What an order tells of the job: the stages it reached, and how it stands. */
export function observationsOf(order: ServiceOrder, reasons: Reasons): Observation[] {
  const { id: reference, milestone = [] } = order;
  const stages = milestone.flatMap(({ name }) => (name ? [name] : []));
  const reached = stages.map((stage): Observation => ({ reference, stage }));
  return [...reached, { reference, ...statusOf(order, stages, reasons) }];
}

function statusOf(order: ServiceOrder, stages: readonly string[], reasons: Reasons): Observation {
  const items = order.serviceOrderItem ?? [];
  if (order.serviceOrderItem && !items.some(({ id }) => id === ITEM_ID))
    return { unknownState: 'item missing' };
  const word = wordOf(order.state ?? stateFromItems(items) ?? '');
  const state = entryOf(STATES, word);
  if (state === undefined) return { unknownState: word || 'none' };
  if (state === null) return {};
  // The first thing that an order in progress has reached is its acceptance.
  if (state === 'accepted') return { state: stages.length > 1 ? 'in-progress' : 'accepted' };
  const errors = errorsOf(order);
  const asked = errors.flatMap(({ reason }) => (reason ? [reason] : []));
  return {
    state,
    ...explanationIn(errors[0], reasons),
    ...(state === 'held' && { holder: 'provider' }),
    ...(state === 'waiting' && asked.length > 0 && { correction: { items: asked } }),
  };
}

/** Those of the items tell more than those of the order. */
export const errorsOf = ({ serviceOrderItem = [], errorMessage = [] }: ServiceOrder): ErrorMessage[] => [
  ...serviceOrderItem.flatMap((item) => item.errorMessage ?? []),
  ...errorMessage,
];

export function explanationIn(
  error: ErrorMessage | undefined,
  reasons: Reasons,
): Pick<Observation, 'reason' | 'text'> {
  const { code, message } = error ?? {};
  return { ...(code && { reason: entryOf(reasons, code) ?? code }), ...(message && { text: message }) };
}

export const isEndOfCancellation = ({ state = '' }: CancelServiceOrder): boolean =>
  ENDED_CANCELLATIONS.includes(wordOf(state));

/** `done` means assessed: whether it is let go, the order says. */
export function refusalOfCancellation(
  { state = '', errorMessage }: CancelServiceOrder,
  order: ServiceOrder,
  reasons: Reasons,
): Observation[] {
  const word = wordOf(state);
  const isKept = word === 'done' && !['cancelled', 'pendingCancellation'].includes(wordOf(order.state ?? ''));
  if (!isKept && !REFUSED_CANCELLATIONS.includes(word)) return [];
  return [{ withdrawal: 'refused', ...explanationIn(errorMessage, reasons) }];
}
