import type { Provider } from '@lianban/catalogue';
import type { JobDossier, JobState } from '@lianban/contracts';
import { isTerminal } from '@lianban/contracts';
import { Operation } from '../operations/operation.js';
import { ownCodeOf } from '../placements/own-code.js';
import { secondOf, type Placement } from '../placements/placement.js';
import type { Report } from '../reports/report.js';

export const BASE_PATH = '/tmf-api/serviceOrdering/v4';

const STATES: Record<JobState, string> = {
  placed: 'acknowledged',
  accepted: 'inProgress',
  'in-progress': 'inProgress',
  waiting: 'pending',
  held: 'held',
  completed: 'completed',
  'partly-completed': 'partial',
  refused: 'rejected',
  failed: 'failed',
  cancelled: 'cancelled',
};

interface Characteristic {
  name: string;
  value: unknown;
}

/** What is read of a `ServiceOrder_Create` or `ServiceOrder_Update`. */
export interface OrderBody {
  externalId?: string;
  requestedStartDate?: string;
  requestedCompletionDate?: string;
  externalReference?: { name: string; externalReferenceType?: string }[];
  serviceOrderItem?: {
    id: string;
    service: { serviceType?: string; serviceCharacteristic?: Characteristic[] };
  }[];
}

const FORBIDDEN = [
  'id',
  'href',
  'orderDate',
  'completionDate',
  'expectedCompletionDate',
  'startDate',
  'state',
];
const FORBIDDEN_TOO = ['jeopardyAlert', 'errorMessage', 'milestone'];

/** What is wrong with an order to be made, in the words of the standard's error. */
export function faultIn(body: object): { code: string; reason: string } | undefined {
  const extra = [...FORBIDDEN, ...FORBIDDEN_TOO].find((name) => name in body);
  if (extra) return { code: 'unexpectedProperty', reason: extra };
  const { externalId = '', serviceOrderItem = [] } = body as OrderBody;
  if (serviceOrderItem.length === 0) return { code: 'missingProperty', reason: 'serviceOrderItem' };
  return /^[^:]+:telecom:\d+$/.test(externalId) ? undefined : { code: 'invalidFormat', reason: 'externalId' };
}

export const operationIn = ({ externalReference = [] }: OrderBody): string =>
  externalReference.find((each) => each.externalReferenceType === 'lianban-operation')?.name ?? '';

/** The order as an operation of the provider's books. */
export function toOperation(provider: string, externalId: string, body: OrderBody): Operation {
  const [requestId, , attempt] = externalId.split(':') as [string, string, string];
  const { serviceType = '', serviceCharacteristic = [] } = body.serviceOrderItem?.[0]?.service ?? {};
  const {
    materials = [],
    answers = [],
    address,
    ...fields
  } = Object.fromEntries(serviceCharacteristic.map(({ name, value }) => [name, value])) as Record<
    string,
    never
  >;
  const { requestedStartDate: registeredAt, requestedCompletionDate = '' } = body;
  return Object.assign(new Operation(), {
    ...{ operation: operationIn(body), kind: 'place', provider, utility: 'telecom', callback: '' },
    ...{ placement: externalId, requestId, attempt: Number(attempt), version: 1 },
    promisedDate: requestedCompletionDate.slice(0, 10),
    dossier: {
      matter: serviceType,
      registeredAt,
      materials,
      answers,
      address,
      fields,
    } as unknown as JobDossier,
  });
}

/** The order as the provider shows it. @param id one of its numbers; the operation's where it was refused at once */
export function toServiceOrder(placement: Placement, id: string, provider: Provider): object {
  const { stages, reachedAt, standing, operations, state, withdrawal, dossier } = placement;
  const isAssessed = withdrawal === 'asked' && !isTerminal(state);
  const isGone = secondOf(placement, id)?.isRefused === false;
  const shown = isGone ? STATES.cancelled : isAssessed ? 'assessingCancellation' : STATES[state];
  const errorMessage = errorsOf(standing, provider);
  const at = standing?.at ?? operations[0]!.at;
  return {
    id,
    href: `${BASE_PATH}/serviceOrder/${id}`,
    externalId: placement.placement,
    orderDate: operations[0]!.at,
    state: shown,
    ...(shown === 'completed' && { completionDate: at }),
    ...(shown === 'cancelled' && { cancellationDate: at }),
    ...(shown === 'inProgress' && { expectedCompletionDate: `${placement.promisedDate}T23:59:59+08:00` }),
    externalReference: operations.map(({ operation }) => ({
      ...{ name: operation, externalReferenceType: 'lianban-operation' },
    })),
    milestone: stages.map((name, index) => ({
      ...{ id: String(index + 1), name, status: 'completed', milestoneDate: reachedAt[index] },
    })),
    serviceOrderItem: [
      { id: '1', action: 'add', state: shown, service: { serviceType: dossier.matter }, errorMessage },
    ],
    '@type': 'ServiceOrder',
  };
}

function errorsOf(standing: Report | undefined, provider: Provider): object[] {
  const { reason, text, correction } = standing ?? {};
  if (!reason) return [];
  const error = { code: ownCodeOf(provider, reason), message: text };
  return correction?.items.map((item) => ({ ...error, reason: item })) ?? [error];
}

/** The tasks by which it was asked to be let go; each but the last was answered before the next was asked. */
export function toCancellations(placement: Placement, id: string, provider: Provider): object[] {
  const asked = placement.operations.filter(({ kind }) => kind === 'withdraw');
  const ofJob = asked.map(({ operation }, index) => {
    const isOpen = index === asked.length - 1 && placement.withdrawal === 'asked';
    const isRefused = !isOpen && placement.withdrawal === 'refused';
    return toCancellation(id, operation, `${placement.cancelReason ?? ''}`, { isOpen, isRefused }, provider);
  });
  const second = secondOf(placement, id);
  if (!second) return ofJob;
  const { operation, isRefused } = second;
  return [...ofJob, toCancellation(id, operation, 'duplicate', { isOpen: false, isRefused }, provider)];
}

function toCancellation(
  id: string,
  operation: string,
  reason: string,
  { isOpen, isRefused }: { isOpen: boolean; isRefused: boolean },
  provider: Provider,
): object {
  const code = ownCodeOf(provider, 'withdrawal-too-late');
  return {
    id: operation,
    href: `${BASE_PATH}/cancelServiceOrder/${operation}`,
    state: isOpen ? 'inProgress' : 'done',
    cancellationReason: `${reason} ${operation}`,
    serviceOrder: { id, '@referredType': 'ServiceOrder' },
    ...(isRefused && { errorMessage: { code, reason: code } }),
    '@type': 'CancelServiceOrder',
  };
}
