import { randomUUID } from 'node:crypto';
import { ConcurrentInsert } from '@lianban/messaging';
import type { JobDesired } from '@lianban/contracts';
import type { Context } from './context.js';
import type { Job } from './job.js';
import type { JobRepository } from './job.repository.js';
import { aDesiredState, catalogue } from './story.mother.js';

/** Commits what `act` did with a repository of its own, or nothing of it. */
export type Run = <T>(act: (repository: JobRepository) => Promise<T>, leaseMs?: number) => Promise<T>;

/** Every repository of jobs keeps to this. */
export function describeJobRepository(name: string, open: () => Promise<Run>): void {
  describe(name, () => {
    let run: Run;
    beforeAll(async () => (run = await open()));

    const aJob = (changes: Partial<JobDesired> = {}): JobDesired =>
      aDesiredState({ requestId: randomUUID(), ...changes });

    const contextOf = (repository: JobRepository): Context => ({
      now: new Date(Date.now() - 60_000),
      catalogue,
      newId: () => repository.newId(),
    });

    async function apply(repository: JobRepository, ...desired: JobDesired[]): Promise<Job> {
      const jobs = await repository.loadOrCreate(desired);
      const job = jobs.get(desired[0]!.requestId)!;
      for (const each of desired) job.applyDesiredState(each, contextOf(repository));
      return job;
    }

    const store = (...desired: JobDesired[]): Promise<void> =>
      run(async (repository) => repository.save([await apply(repository, ...desired)], new Set()));

    const load = async ({ requestId }: JobDesired): Promise<Job | undefined> =>
      (await run((repository) => repository.load([requestId]))).get(requestId);

    const lease = async (provider: string, free = 10, leaseMs?: number) =>
      (await run((repository) => repository.leaseDue([{ provider, free }]), leaseMs)).map(
        ({ requestId }) => requestId,
      );

    const contentOf = (job?: Job): object => JSON.parse(JSON.stringify(job)) as object;

    it('loads a job as it was saved, with its attempts in order', async () => {
      const desired = aJob();
      const saved = await run(async (repository) => {
        const job = await apply(repository, desired, aJob({ ...desired, attempt: 2, provider: 'zibo-gas' }));
        await repository.save([job], new Set());
        for (const placement of job.placements) Object.assign(placement, { closed: [], findings: [] });
        return contentOf(job);
      });
      expect(contentOf(await load(desired))).toEqual(saved);
    });

    it('does not know a request of which nothing was ever desired', async () => {
      expect(await load(aJob())).toBeUndefined();
    });

    it('saves what was changed after a load', async () => {
      const desired = aJob();
      await store(desired);
      await run(async (repository) => {
        const jobs = await repository.load([desired.requestId]);
        const report = { state: 'held', reason: 'permit', at: new Date().toISOString() } as const;
        jobs.get(desired.requestId)!.handleReport(1, report, contextOf(repository));
        await repository.save(jobs.values(), new Set());
      });
      expect((await load(desired))!.newest()).toMatchObject({ state: 'held', reason: 'permit' });
    });

    it('refuses a job that another transaction has created meanwhile', async () => {
      const desired = aJob();
      const late = run(async (repository) => {
        const job = await apply(repository, desired);
        await store(desired);
        await repository.save([job], new Set());
      });
      await expect(late).rejects.toThrow(ConcurrentInsert);
    });

    it('leases what is due to one caller, up to the capacity of its provider', async () => {
      const [first, second, third] = [aJob(), aJob(), aJob({ provider: 'zibo-gas' })];
      for (const each of [first, second, third]) await store(each);
      const leased = [...(await lease('jinan-gas', 1)), ...(await lease('jinan-gas'))];
      expect(leased.filter((id) => [first, second, third].some(({ requestId }) => id === requestId))).toEqual(
        [first.requestId, second.requestId],
      );
      expect(await lease('jinan-gas')).toEqual([]);
      expect((await load(first))!.newest().operation).toMatchObject({ status: 'sending' });
      expect((await load(third))!.newest().operation).toMatchObject({ status: 'pending' });
      await lease('zibo-gas');
    });

    it('leases nothing that is parked', async () => {
      await store(aJob({ provider: 'nobodys-gas' }));
      expect(await lease('nobodys-gas')).toEqual([]);
    });

    it('leases an operation with the transaction that derives it', async () => {
      const desired = aJob();
      await run(async (repository) => {
        const job = await apply(repository, desired);
        await repository.save([job], new Set(job.operations()));
      });
      expect(await lease('jinan-gas')).toEqual([]);
      expect((await load(desired))!.newest().operation).toMatchObject({
        status: 'sending',
        leaseUntil: expect.any(String),
      });
    });

    it('takes the outcome of an expired lease for unknown, and leases it again', async () => {
      const desired = aJob();
      await store(desired);
      await lease('jinan-gas', 10, -1_000);
      await run((repository) => repository.expireLeases());
      const { operation } = (await load(desired))!.newest();
      expect(operation).toMatchObject({ status: 'unknown', outcomeUnknown: true });
      const [again] = await run((repository) => repository.leaseDue([{ provider: 'jinan-gas', free: 10 }]));
      expect(again).toMatchObject({ requestId: desired.requestId, mayBeInFlight: false });
    });

    it('says that an earlier call may still arrive while the lease of its first sending lasts', async () => {
      const desired = aJob();
      await store(desired);
      await lease('jinan-gas', 10, 60_000);
      await run(async (repository) => {
        const jobs = await repository.load([desired.requestId]);
        const job = jobs.get(desired.requestId)!;
        const retryPolicy = { maxTries: 3, delayAfterMs: () => 0 };
        const outcome = { kind: 'unknown', error: 'no answer', countsAsTry: true } as const;
        job.recordOutcome(job.newest().operation!.id, outcome, retryPolicy, contextOf(repository));
        await repository.save(jobs.values(), new Set());
      });
      const [again] = await run((repository) => repository.leaseDue([{ provider: 'jinan-gas', free: 10 }]));
      expect(again).toMatchObject({ requestId: desired.requestId, mayBeInFlight: true });
    });

    it('leaves a lease that lasts alone', async () => {
      const desired = aJob();
      await store(desired);
      await lease('jinan-gas', 10, 60_000);
      await run((repository) => repository.expireLeases());
      expect((await load(desired))!.newest().operation).toMatchObject({ status: 'sending' });
    });
  });
}
