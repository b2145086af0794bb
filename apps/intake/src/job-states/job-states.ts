import { isTerminal, type JobStatus, type OpenCorrection, type Utility } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';

/** What intake stores of a job's status. */
export interface JobStateView extends Pick<JobStatus, 'utility' | 'state'> {
  correction?: OpenCorrection;
  /** Also moves after the registration. */
  promisedDate: string;
}

interface Row {
  version: number;
  jobs: JobStateView[];
  corrections: string[];
}

/** A request's jobs by its newest status, and every correction ever asked for; empty before the first status. */
export class JobStates {
  constructor(
    readonly jobs: readonly JobStateView[] = [],
    private readonly corrections: readonly string[] = [],
    private readonly version = 0,
  ) {}

  static async load(manager: EntityManager, requestId: string): Promise<JobStates> {
    const [row] = await manager.query<Row[]>(
      'select version, jobs, corrections from job_state where request_id = $1',
      [requestId],
    );
    return new JobStates(row?.jobs, row?.corrections, row?.version);
  }

  /** Stores the next date on which an answer is due, unless a newer status has arrived. */
  async settle(manager: EntityManager, requestId: string, dueBy: string): Promise<void> {
    await manager.query('update job_state set answers_due = $3 where request_id = $1 and version = $2', [
      requestId,
      this.version,
      firstAnswerDeadline(this.jobs, dueBy),
    ]);
  }

  find(utility: Utility): JobStateView | undefined {
    return this.jobs.find((job) => job.utility === utility);
  }

  hasEnded(utility: Utility): boolean {
    const job = this.find(utility);
    return job !== undefined && isTerminal(job.state);
  }

  /** The job that waits for this correction. */
  findAwaiting(correctionId: string): JobStateView | undefined {
    return this.jobs.find(({ correction }) => correction?.id === correctionId);
  }

  /** Id of the correction that replaced this one. */
  findSuccessor(correctionId: string): string | undefined {
    return this.jobs.find(({ correction }) => correction?.replaces?.includes(correctionId))?.correction?.id;
  }

  wasAsked(correctionId: string): boolean {
    return this.corrections.includes(correctionId);
  }
}

/** The first day after this one on which an answer of these jobs is due. */
export function firstAnswerDeadline(
  jobs: readonly Pick<JobStateView, 'state' | 'correction'>[],
  after = '',
): string | null {
  const dates = jobs.flatMap(({ state, correction }) =>
    isTerminal(state) ? [] : (correction?.deadline ?? []),
  );
  return dates.toSorted().find((date) => date > after) ?? null;
}
