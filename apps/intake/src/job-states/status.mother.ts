import { RequestStatusChanged, type Fact, type JobStatus } from '@lianban/contracts';

const AT = '2026-05-11T02:00:00.000Z';

/** The status of a request as routing publishes it; its jobs are accepted unless they say otherwise. */
export const aStatus = (
  requestId: string,
  version: number,
  jobs: Partial<JobStatus>[] = [],
  facts: Fact[] = factsOf(jobs),
): RequestStatusChanged =>
  Object.assign(new RequestStatusChanged(), {
    requestId,
    version,
    receiptNumber: 'LB370102-20260511-J-00001-A',
    queryCodeHash: '0'.repeat(64),
    hall: 'lixia',
    matter: 'JOINT_NEW',
    applicantMasked: '欧阳**',
    registeredAt: AT,
    phase: 'under-way',
    attention: 'none',
    jobs: jobs.map((job) => ({
      utility: 'water',
      provider: 'jinan-water',
      attempt: 1,
      state: 'accepted',
      since: AT,
      delivered: true,
      accepted: true,
      operation: { kind: 'place', delivery: 'delivered', since: AT },
      stages: [],
      withdrawal: 'none',
      clock: {
        running: true,
        since: AT,
        slaDate: '2026-05-27',
        promisedDate: '2026-05-27',
        remainingDays: 12,
      },
      ...job,
    })),
    pendingMaterials: [],
    facts,
  });

/** The corrections that these jobs ask for. */
export const factsOf = (jobs: Partial<JobStatus>[]): Fact[] =>
  jobs.flatMap(({ utility, correction }) =>
    correction ? [{ id: `correction:${correction.id}`, kind: 'correction' as const, at: AT, utility }] : [],
  );
