import { createHash, randomUUID } from 'node:crypto';
import {
  DecisionMade,
  JobProgressed,
  RequestChanged,
  type JobDecision,
  type RequestPart,
  type Utility,
} from '@lianban/contracts';

export const CODE = 'ABCD2345';
export const REGISTERED_AT = '2026-05-11T02:00:00.000Z';
const PROMISED = '2026-05-27';

let count = 0;
export const aReceipt = (): string => `LB370102-20260511-J-${String((count += 1)).padStart(5, '0')}-A`;

export const aPart = (utility: Utility, changes: Partial<RequestPart> = {}): RequestPart => ({
  utility,
  provider: `jinan-${utility}`,
  promisedDate: PROMISED,
  withdrawn: false,
  ...changes,
});

/** A request for water and gas as intake tells of it. */
export const aRequest = (changes: Partial<RequestChanged> = {}): RequestChanged =>
  Object.assign(new RequestChanged(), {
    requestId: randomUUID(),
    version: 1,
    receiptNumber: aReceipt(),
    queryCodeHash: createHash('sha256').update(CODE).digest('hex'),
    hall: 'lixia',
    matter: 'JOINT_NEW',
    district: '370102',
    applicantMasked: '欧阳**',
    registeredAt: REGISTERED_AT,
    parts: [aPart('water'), aPart('gas')],
    missing: [],
    ...changes,
  });

/** A job of it as its adapter tells of it, just placed. */
export const aProgress = (
  requestId: string,
  utility: Utility,
  changes: Partial<JobProgressed> = {},
): JobProgressed =>
  Object.assign(new JobProgressed(), {
    requestId,
    utility,
    attempt: 1,
    version: 1,
    provider: `jinan-${utility}`,
    operation: { kind: 'place', delivery: 'pending', since: REGISTERED_AT },
    delivered: false,
    accepted: false,
    state: 'placed',
    since: REGISTERED_AT,
    withdrawal: 'none',
    stages: [],
    ...changes,
  });

export const aJobDecision = (utility: Utility, changes: Partial<JobDecision> = {}): JobDecision => ({
  utility,
  provider: `jinan-${utility}`,
  attempt: 1,
  state: 'placed',
  clock: { running: true, since: REGISTERED_AT, dueDate: PROMISED, remainingDays: 12 },
  ...changes,
});

/** What routing has decided about it. */
export const aDecision = (requestId: string, changes: Partial<DecisionMade> = {}): DecisionMade =>
  Object.assign(new DecisionMade(), {
    requestId,
    version: 1,
    jobs: [aJobDecision('water'), aJobDecision('gas')],
    nextDueDate: PROMISED,
    ...changes,
  });
