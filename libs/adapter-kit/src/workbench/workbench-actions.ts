import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { isTerminal, canTransition } from '@lianban/contracts';
import { Transaction, type UnitOfWork } from '@lianban/messaging';
import { Clock, InvalidForm, NotFound, Problem, type Caller } from '@lianban/service-kit';
import { AdapterConfig } from '../adapter.config.js';
import type { Job } from '../jobs/job.js';
import { JobStore } from '../jobs/job-store.js';
import type { JobReport } from '../jobs/job-report.js';
import type { Placement } from '../jobs/placement.js';
import { mistakesIn } from './check-act.js';
import { changeClaim, renewClaim, type ClaimChange } from './job-claims.js';

type NextClaim = Pick<ClaimChange, 'act' | 'claimedBy' | 'officer'>;

export class HeldByColleague extends Problem {
  constructor() {
    super('held-by-colleague', 409, { 'zh-CN': '该子办件由同事办理中。', en: 'A colleague holds this job.' });
  }
}

export class NotClaimed extends Problem {
  constructor() {
    super('not-claimed', 409, { 'zh-CN': '请先领取该子办件。', en: 'Claim the job first.' });
  }
}

export class MoveNotAllowed extends Problem {
  constructor() {
    super('move-not-allowed', 409, {
      'zh-CN': '子办件当前状态不允许此操作。',
      en: 'The job cannot do this from the state it is in.',
    });
  }
}

export class NotOnTheWorkbench extends Problem {
  constructor() {
    super('not-on-the-workbench', 409, {
      'zh-CN': '该单位在自己的系统中办理，工作台仅供查看。',
      en: 'This provider works in a system of its own; the workbench only shows its jobs.',
    });
  }
}

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
    return this.onClaim(caller, requestId, ({ claimedBy }) => {
      if (claimedBy && claimedBy !== caller.subject) throw new HeldByColleague();
      return claimedBy ? undefined : { act: 'claimed', claimedBy: caller.subject, officer: caller.subject };
    });
  }

  /** Gives it out of hand: her own claim, or a colleague's where she leads them. */
  release(caller: Caller, requestId: string): Promise<void> {
    return this.onClaim(caller, requestId, ({ claimedBy }) => {
      if (!claimedBy) throw new NotClaimed();
      if (claimedBy !== caller.subject && caller.role !== 'lead-officer') throw new HeldByColleague();
      return { act: 'released', claimedBy: null, officer: claimedBy };
    });
  }

  /** Puts it into the hands of this officer, whoever had it. */
  reassign(caller: Caller, requestId: string, officer: string): Promise<void> {
    return this.onClaim(caller, requestId, () => ({ act: 'reassigned', claimedBy: officer, officer }));
  }

  /** Says something about a job that the officer has claimed, as a provider's system would report it. */
  async report(caller: Caller, requestId: string, said: Omit<JobReport, 'at'>): Promise<void> {
    const report = { ...said, at: this.clock.now().toISOString() };
    await this.transaction.run(async (work) => {
      let attempt = 0;
      await this.jobs.update(work, [requestId], (jobs, context) => {
        const [job, placement] = this.findOwn(jobs, caller, requestId);
        attempt = placement.attempt;
        if (placement.claimedBy !== caller.subject)
          throw placement.claimedBy ? new HeldByColleague() : new NotClaimed();
        const mistakes = mistakesIn(said, placement, this.catalogue, context.now);
        if (mistakes.length > 0) throw new InvalidForm(mistakes);
        if (said.state && isNoOp(placement, said.state)) throw new MoveNotAllowed();
        if (said.withdrawal && placement.withdrawal !== 'asked') throw new MoveNotAllowed();
        const unlimited = { ...context, changesPerHour: undefined };
        if (job.handleReport(placement.attempt, report, unlimited)) throw new MoveNotAllowed();
      });
      await renewClaim(work.manager, requestId, attempt, this.config.claimExpirySeconds);
    });
  }

  /** A claim is no news to anybody outside: it changes the row and says nothing. */
  private async onClaim(
    caller: Caller,
    requestId: string,
    next: (placement: Placement) => NextClaim | undefined,
  ): Promise<void> {
    await this.transaction.run(async (work: UnitOfWork) => {
      const jobs = await this.jobs.lock(work, requestId);
      const [, placement] = this.findOwn(jobs, caller, requestId);
      if (isTerminal(placement.state)) throw new MoveNotAllowed();
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

const isNoOp = ({ state, highestState }: Placement, to: NonNullable<JobReport['state']>): boolean =>
  state === to
    ? to !== 'waiting' && to !== 'held' && to !== 'in-progress'
    : !canTransition(state, to, highestState);
