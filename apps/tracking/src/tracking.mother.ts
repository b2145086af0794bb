import { createHash, randomUUID } from 'node:crypto';
import {
  overallStatus,
  RequestStatusChanged,
  type JobClock,
  type JobStatus,
  type Utility,
} from '@lianban/contracts';

export const CODE = 'ABCD2345';
export const REGISTERED_AT = '2026-05-11T02:00:00.000Z';
export const PROMISED = '2026-05-27';

let count = 0;
export const aReceipt = (): string => `LB370102-20260511-J-${String((count += 1)).padStart(5, '0')}-A`;

export const aClock = (changes: Partial<JobClock> = {}): JobClock => ({
  running: true,
  since: REGISTERED_AT,
  slaDate: PROMISED,
  promisedDate: PROMISED,
  remainingDays: 12,
  ...changes,
});

/** A job that was just placed. */
export const aJob = (utility: Utility, changes: Partial<JobStatus> = {}): JobStatus => ({
  utility,
  provider: `jinan-${utility}`,
  attempt: 1,
  state: 'placed',
  since: REGISTERED_AT,
  delivered: false,
  accepted: false,
  operation: { kind: 'place', delivery: 'pending', since: REGISTERED_AT },
  stages: [],
  withdrawal: 'none',
  clock: aClock(),
  ...changes,
});

/** The status of a request for water and gas as routing publishes it at registration. */
export function aStatus(changes: Partial<RequestStatusChanged> = {}): RequestStatusChanged {
  const jobs = changes.jobs ?? [aJob('water'), aJob('gas')];
  const overall = overallStatus(jobs);
  return Object.assign(new RequestStatusChanged(), {
    requestId: randomUUID(),
    version: 1,
    receiptNumber: aReceipt(),
    queryCodeHash: createHash('sha256').update(CODE).digest('hex'),
    hall: 'lixia',
    matter: 'JOINT_NEW',
    applicantMasked: '欧阳**',
    registeredAt: REGISTERED_AT,
    ...overall,
    ...(overall.phase === 'ended' ? { endedAt: '2026-05-20T02:00:00.000Z' } : { nextDeadline: PROMISED }),
    jobs,
    pendingMaterials: [],
    facts: [{ id: 'registered', kind: 'registered', at: REGISTERED_AT }],
    ...changes,
  } satisfies RequestStatusChanged);
}

/** The next status of the same request. */
export function nextStatus(
  { requestId, receiptNumber, queryCodeHash, hall, registeredAt, jobs, version }: RequestStatusChanged,
  changes: Partial<RequestStatusChanged>,
): RequestStatusChanged {
  const same = { requestId, receiptNumber, queryCodeHash, hall, registeredAt, jobs };
  return aStatus({ ...same, version: version + 1, ...changes });
}
