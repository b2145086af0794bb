import { randomUUID } from 'node:crypto';
import {
  DecisionMade,
  JobProgressed,
  RequestChanged,
  type JobDecision,
  type Utility,
} from '@lianban/contracts';

export const RECEIPT = 'LB370102-20260511-J-00001-A';
const PROVIDERS: Record<Utility, string> = {
  water: 'jinan-water',
  electricity: 'jinan-electricity',
  gas: 'jinan-gas',
  heat: 'jinan-heat',
  telecom: 'jinan-unicom',
};

/** A request as intake says it; of these utilities, those in `withdrawn` withdrawn by the applicant. */
export const aRequestOf = (
  utilities: Utility[],
  changes: Partial<RequestChanged> = {},
  withdrawn: Utility[] = [],
) =>
  Object.assign(new RequestChanged(), {
    requestId: randomUUID(),
    version: 1,
    receiptNumber: RECEIPT,
    queryCodeHash: '0'.repeat(64),
    hall: 'lixia',
    matter: 'JOINT_NEW',
    district: '370102',
    applicantMasked: '欧阳**',
    registeredAt: '2026-05-11T02:00:00.000Z',
    parts: utilities.map((utility) => ({
      utility,
      provider: PROVIDERS[utility],
      promisedDate: '2026-05-27',
      withdrawn: withdrawn.includes(utility),
    })),
    missing: [],
    ...changes,
  });

/** How a job stands, as its adapter says it. */
export const aProgress = (requestId: string, utility: Utility, changes: Partial<JobProgressed> = {}) =>
  Object.assign(new JobProgressed(), {
    requestId,
    utility,
    attempt: 1,
    version: 1,
    provider: PROVIDERS[utility],
    operation: { kind: 'place', delivery: 'delivered', since: '2026-05-11T02:00:01.000Z' },
    delivered: true,
    accepted: false,
    state: 'placed',
    since: '2026-05-11T02:00:01.000Z',
    withdrawal: 'none',
    stages: [],
    ...changes,
  });

/** What routing has decided, a job's standing by its utility. */
export const aDecisionOn = (
  requestId: string,
  jobs: Partial<Record<Utility, Partial<JobDecision>>>,
  changes: Partial<DecisionMade> = {},
) =>
  Object.assign(new DecisionMade(), {
    requestId,
    version: 1,
    jobs: Object.entries(jobs).map(([utility, job]) => ({
      utility,
      provider: PROVIDERS[utility as Utility],
      attempt: 1,
      state: 'placed',
      clock: { running: true, since: '2026-05-11T02:00:00.000Z', dueDate: '2026-05-27', remainingDays: 12 },
      ...job,
    })),
    ...changes,
  });

export const aCorrection = (id: string = randomUUID()) => ({
  id,
  items: ['PROPERTY_CERT'],
  dueDate: '2026-05-20',
});
