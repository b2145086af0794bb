import { Inject, Injectable } from '@nestjs/common';
import { Catalogue, type TemplateAction } from '@lianban/catalogue';
import { Transaction, type UnitOfWork } from '@lianban/messaging';
import { Clock, InvalidForm, NotFound, Problem, type Caller, type Language } from '@lianban/service-kit';
import { AdapterConfig } from '../adapter.config.js';
import type { Job } from '../jobs/job.js';
import { JobStore } from '../jobs/job-store.js';
import type { JobReport } from '../jobs/job-report.js';
import type { Placement } from '../jobs/placement.js';
import { mistakesIn } from './check-act.js';
import { changeClaim, renewClaim, type ClaimChange } from './job-claims.js';
import type { ClaimAction } from './offered-actions.js';
import { keepAct } from './officer-acts.js';
import { claimRefusal, MoveNotAllowed, NotOnTheWorkbench, reportRefusal } from './refusals.js';

/** What came of one of several claims. */
export type ClaimResult =
  { requestId: string; claimed: true } | { requestId: string; claimed: false; code: string; detail: string };

type NextClaim = Pick<ClaimChange, 'act' | 'claimedBy' | 'officer'>;

/** What an officer does with a job: nobody else's job, one officer at a time. */
@Injectable()
export class WorkbenchActions {
  constructor(
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
    private readonly clock: Clock,
    private readonly catalogue: Catalogue,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {}

  /** Takes the job in hand; taking it twice is one taking. */
  claim(caller: Caller, requestId: string): Promise<void> {
    return this.onClaim(caller, requestId, 'claim', ({ claimedBy }) =>
      claimedBy ? undefined : { act: 'claimed', claimedBy: caller.subject, officer: caller.subject },
    );
  }

  /** Gives it out of hand: her own claim, or a colleague's where she leads them. */
  release(caller: Caller, requestId: string): Promise<void> {
    return this.onClaim(caller, requestId, 'release', ({ claimedBy }) => ({
      act: 'released',
      claimedBy: null,
      officer: claimedBy!,
    }));
  }

  /** Puts it into the hands of this officer, whoever had it. */
  reassign(caller: Caller, requestId: string, officer: string): Promise<void> {
    return this.onClaim(caller, requestId, 'reassign', () => ({
      act: 'reassigned',
      claimedBy: officer,
      officer,
    }));
  }

  /** Claims each of these jobs by itself, so that one which a colleague has costs no other. */
  async claimAll(caller: Caller, requestIds: readonly string[], language: Language): Promise<ClaimResult[]> {
    const results: ClaimResult[] = [];
    for (const requestId of requestIds)
      try {
        await this.claim(caller, requestId);
        results.push({ requestId, claimed: true });
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error;
        results.push({ requestId, claimed: false, code: error.code, detail: error.text[language] });
      }
    return results;
  }

  /** Says something about a job that the officer has claimed, as a provider's system would report it. */
  async report(
    caller: Caller,
    requestId: string,
    act: TemplateAction,
    said: Omit<JobReport, 'at'>,
  ): Promise<void> {
    const report = { ...said, at: this.clock.now().toISOString() };
    await this.transaction.run(async (work) => {
      let attempt = 0;
      await this.jobs.update(work, [requestId], (jobs, context) => {
        const [job, placement] = this.findOwn(jobs, caller, requestId);
        attempt = placement.attempt;
        const refusal = reportRefusal(said, placement, caller);
        if (refusal) throw refusal;
        const mistakes = mistakesIn(said, placement, this.catalogue, context.now);
        if (mistakes.length > 0) throw new InvalidForm(mistakes);
        const unlimited = { ...context, changesPerHour: undefined };
        if (job.handleReport(placement.attempt, report, unlimited)) throw new MoveNotAllowed();
      });
      await renewClaim(work.manager, requestId, attempt, this.config.claimExpirySeconds);
      await keepAct(work.manager, { requestId, attempt }, { officer: caller.subject, act, said });
    });
  }

  /** A claim is no news to anybody outside: it changes the row and says nothing. */
  private async onClaim(
    caller: Caller,
    requestId: string,
    act: ClaimAction,
    next: (placement: Placement) => NextClaim | undefined,
  ): Promise<void> {
    await this.transaction.run(async (work: UnitOfWork) => {
      const jobs = await this.jobs.lock(work, requestId);
      const [, placement] = this.findOwn(jobs, caller, requestId);
      const refusal = claimRefusal(act, placement, caller);
      if (refusal) throw refusal;
      const { attempt } = placement;
      const claim = next(placement);
      const { claimExpirySeconds: seconds } = this.config;
      if (!claim) return renewClaim(work.manager, requestId, attempt, seconds);
      await changeClaim(work.manager, { requestId, attempt, by: caller.subject, ...claim }, seconds);
    });
  }

  private findOwn(jobs: Map<string, Job>, { provider }: Caller, requestId: string): [Job, Placement] {
    const job = jobs.get(requestId);
    const placement = job?.placements.findLast((each) => each.provider === provider);
    if (!job || !placement) throw new NotFound();
    if (this.catalogue.provider(placement.provider)?.dialect !== 'workbench') throw new NotOnTheWorkbench();
    return [job, placement];
  }
}
