import { isTerminal, type JobDecision, type OpenCorrection, type Utility } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';

/** What intake keeps of routing's decision about a job. */
export interface NotedJob extends Pick<JobDecision, 'utility' | 'state'> {
  correction?: OpenCorrection;
  /** The date promised, where it has moved since the registration too. */
  promisedDate?: string;
}

interface Row {
  version: number;
  jobs: NotedJob[];
  corrections: string[];
}

/** A request's jobs as last decided, and every correction heard of; none before routing has said anything. */
export class NotedJobs {
  constructor(
    readonly jobs: readonly NotedJob[] = [],
    private readonly corrections: readonly string[] = [],
    private readonly version = 0,
  ) {}

  static async of(manager: EntityManager, requestId: string): Promise<NotedJobs> {
    const [row] = await manager.query<Row[]>(
      'select version, jobs, corrections from noted_decision where request_id = $1',
      [requestId],
    );
    return new NotedJobs(row?.jobs, row?.corrections, row?.version);
  }

  /** What was due up to this day is settled; the next date is kept, unless routing has said something newer meanwhile. */
  async settle(manager: EntityManager, requestId: string, dueBy: string): Promise<void> {
    await manager.query('update noted_decision set answers_due = $3 where request_id = $1 and version = $2', [
      requestId,
      this.version,
      answersDue(this.jobs, dueBy),
    ]);
  }

  of(utility: Utility): NotedJob | undefined {
    return this.jobs.find((job) => job.utility === utility);
  }

  hasEnded(utility: Utility): boolean {
    const job = this.of(utility);
    return job !== undefined && isTerminal(job.state);
  }

  /** The job that waits for this correction. */
  awaiting(correctionId: string): NotedJob | undefined {
    return this.jobs.find(({ correction }) => correction?.id === correctionId);
  }

  /** Id of the correction that took the place of this one. */
  successorOf(correctionId: string): string | undefined {
    return this.jobs.find(({ correction }) => correction?.replaces?.includes(correctionId))?.correction?.id;
  }

  hasHeardOf(correctionId: string): boolean {
    return this.corrections.includes(correctionId);
  }
}

/** The first day after this one on which an answer of these jobs is due. */
export function answersDue(jobs: readonly NotedJob[], after = ''): string | null {
  const dates = jobs.flatMap(({ state, correction }) => (isTerminal(state) ? [] : (correction?.dueDate ?? [])));
  return dates.toSorted().find((date) => date > after) ?? null;
}
