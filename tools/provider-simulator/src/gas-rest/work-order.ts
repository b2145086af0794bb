import type { Provider } from '@lianban/catalogue';
import type { JobDossier, JobState } from '@lianban/contracts';
import { Operation } from '../operations/operation.js';
import { secondOf, type CancelledSecond, type Placement } from '../placements/placement.js';

export const BASE_PATH = '/api/v1';

const STATUSES: Record<JobState, string> = {
  placed: 'RECEIVED',
  accepted: 'ACCEPTED',
  'in-progress': 'IN_PROGRESS',
  waiting: 'SUPPLEMENT',
  held: 'SUSPENDED',
  completed: 'COMPLETED',
  'partly-completed': 'PARTLY_COMPLETED',
  refused: 'REJECTED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

/** Body of an application, and of a supplement, which carries everything anew. */
export type Application = JobDossier & { externalNo?: string; operationNo?: string; promisedDate?: string };

/** Undefined where it lacks what the company needs. */
export function toOperation(provider: string, body: Application): Operation | undefined {
  const { externalNo = '', operationNo, promisedDate, ...dossier } = body;
  const [, requestId, attempt] = /^([^:]+):gas:(\d+)$/.exec(externalNo) ?? [];
  if (!requestId || !operationNo || !promisedDate || !dossier.matter || !dossier.registeredAt)
    return undefined;
  return Object.assign(new Operation(), {
    ...{ operation: operationNo, kind: 'place', provider, utility: 'gas', callback: '' },
    ...{ placement: externalNo, requestId, attempt: Number(attempt), version: 1 },
    ...{ promisedDate, dossier },
  });
}

/** As of a time in Shanghai. */
const shown = (at: string): string =>
  new Date(Date.parse(at) + 8 * 3_600_000).toISOString().replace('Z', '+08:00');

/** The numbers of a placement's orders: several where it was placed more than once; the operation's where it was refused at once. */
export const numbersOf = ({ references, operations }: Placement): string[] =>
  references.length > 0 ? references : [operations[0]!.operation];

/** The order as the company shows it. */
export function toWorkOrder(placement: Placement, orderNo: string, provider: Provider): object {
  const { state, standing, stages, reachedAt, operations, placement: externalNo, changedAt } = placement;
  const { reason, text, holder, dueDate, correction } = standing ?? {};
  const second = secondOf(placement, orderNo);
  const isGone = second?.isRefused === false;
  const all = operations.map(({ operation }) => operation);
  return {
    orderNo,
    externalNo,
    matter: placement.dossier.matter,
    operations: second ? [...all, second.operation] : all,
    status: isGone ? STATUSES.cancelled : STATUSES[state],
    statusAt: shown(isGone ? second.at : (standing?.at ?? operations[0]!.at)),
    updatedAt: shown(changedAt),
    ...(reason && { reasonCode: codeOf(provider, reason), reasonText: text }),
    ...(holder && { heldBy: holder }),
    dueDate: correction?.dueDate ?? dueDate,
    ...(correction && { missing: correction.items }),
    nodes: stages.map((code, index) => ({ code, reachedAt: shown(reachedAt[index]!) })),
    cancellation: second ? cancellationOfSecond(second, provider) : cancellationOf(placement, provider),
  };
}

/** The company's own code for a reason of the catalogue, by the table of its row. */
export function codeOf({ settings }: Provider, reason: string): string {
  const { reasons = {} } = (settings ?? {}) as { reasons?: Record<string, string> };
  return Object.keys(reasons).find((code) => reasons[code] === reason) ?? reason;
}

const cancellationOfSecond = ({ operation, isRefused, at }: CancelledSecond, provider: Provider): object => ({
  operationNo: operation,
  result: isRefused ? 'REFUSED' : 'AGREED',
  answeredAt: shown(at),
  ...(isRefused && { reasonCode: codeOf(provider, 'withdrawal-too-late') }),
});

/** The last one that was asked for. */
function cancellationOf(
  { operations, withdrawal, withdrawalAnswer }: Placement,
  provider: Provider,
): object | undefined {
  const asked = operations.findLast(({ kind }) => kind === 'withdraw');
  if (!asked) return undefined;
  if (withdrawal === 'asked') return { operationNo: asked.operation, result: 'PENDING' };
  const { at, reason, text } = withdrawalAnswer!;
  return {
    operationNo: asked.operation,
    result: withdrawal.toUpperCase(),
    answeredAt: shown(at),
    ...(reason && { reasonCode: codeOf(provider, reason), reasonText: text }),
  };
}
