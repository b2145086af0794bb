import { randomUUID } from 'node:crypto';
import { ConcurrentInsert } from '@lianban/messaging';
import type { RoutedRequestRepository } from './routed-request.repository.js';
import type { RoutedRequest } from './routed-request.js';
import { aDossier, aProgress, catalogue, noonOf, REGISTERED_AT } from './routed-request.mother.js';

/** Commits what `act` did with a repository of its own, or nothing of it. */
export type Run = <T>(act: (repository: RoutedRequestRepository) => Promise<T>) => Promise<T>;

/** Every repository of requests keeps to this. */
export function describeRequestRepository(name: string, open: () => Promise<Run>): void {
  describe(name, () => {
    let run: Run;
    beforeAll(async () => (run = await open()));

    const context = { now: new Date(REGISTERED_AT), catalogue };

    const save = (repository: RoutedRequestRepository, request: RoutedRequest): Promise<void> => {
      request.version += 1;
      return repository.save([request], catalogue.calendar);
    };

    async function stored(id: string = randomUUID()): Promise<string> {
      await run(async (repository) => {
        const request = (await repository.loadOrCreate([id])).get(id)!;
        request.applyDossier(aDossier({ requestId: id }), context);
        await save(repository, request);
      });
      return id;
    }

    const load = async (id: string): Promise<RoutedRequest | undefined> =>
      (await run((repository) => repository.load([id]))).get(id);

    const end = (id: string): Promise<void> =>
      run(async (repository) => {
        const request = (await repository.load([id])).get(id)!;
        request.applyProgress(aProgress({ requestId: id, state: 'completed' }), context);
        await save(repository, request);
      });

    it('loads a request as it was saved', async () => {
      const id = await stored();
      const { version, dossierVersion, publicDossier, facts, jobs } = (await load(id))!;
      expect({ version, dossierVersion }).toEqual({ version: 1, dossierVersion: 1 });
      expect(publicDossier.hall).toBe('lixia');
      expect(facts.map(({ kind }) => kind)).toEqual(['registered']);
      expect(jobs).toMatchObject([{ utility: 'water', provider: 'jinan-water', desiredVersion: 1 }]);
    });

    it('does not load a request that was never saved', async () => {
      expect(await load(randomUUID())).toBeUndefined();
    });

    it('saves what has changed after a load', async () => {
      const id = await stored();
      await end(id);
      expect(await load(id)).toMatchObject({
        version: 2,
        endedAt: REGISTERED_AT,
        jobs: [{ state: 'completed' }],
      });
    });

    it('refuses a request that another transaction has saved meanwhile', async () => {
      const id = await stored();
      const late = run(async (repository) => {
        const request = (await repository.load([id])).get(id)!;
        await end(id);
        request.applyProgress(aProgress({ requestId: id, state: 'held' }), context);
        await save(repository, request);
      });
      await expect(late).rejects.toThrow(ConcurrentInsert);
      expect(await load(id)).toMatchObject({ version: 2, jobs: [{ state: 'completed' }] });
    });

    it('loads a request with its newest dossier for an act on it', async () => {
      const id = await stored();
      await run(async (repository) => {
        const request = (await repository.load([id])).get(id)!;
        request.applyDossier(aDossier({ requestId: id, version: 2, hall: 'zhangdian' }), context);
        await save(repository, request);
      });
      const requests = await run((repository) => repository.loadForUpdate(id));
      expect(requests.get(id)!.dossier).toMatchObject({ version: 2, hall: 'zhangdian' });
    });

    it('loads running requests page by page, and none that has ended', async () => {
      const [first, second, ended] = [await stored(), await stored(), await stored()];
      await end(ended);
      const found: string[] = [];
      for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
        const page = [...(await run((repository) => repository.loadRunning(after, 1))).keys()];
        if (page.length === 0) break;
        found.push(...page);
        after = page[0]!;
      }
      expect(found).toEqual(expect.arrayContaining([first, second]));
      expect(found).toEqual(found.toSorted());
      expect(found).not.toContain(ended);
    });

    it('loads those with a deadline to check by a day', async () => {
      const id = await stored();
      const dueBy = (date: string) => run((repository) => repository.loadDue(date, 1_000));
      expect((await dueBy('2026-05-12')).has(id)).toBe(false);
      const due = (await dueBy('2026-05-26')).get(id)!;
      due.enforceDeadlines({ ...context, now: noonOf('2026-05-26') });
      expect(due.isChanged).toBe(true);
    });
  });
}
