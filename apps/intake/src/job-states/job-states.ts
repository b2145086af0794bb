import { isTerminal, type JobStatus, type OpenCorrection, type Utility } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';

/** What intake stores of the status of a job. */
export interface JobStateView extends Pick<JobStatus, 'utility' | 'state'> {
  correction?: OpenCorrection;
  /** The date promised, where it has moved since the registration too. */
  promisedDate: string;
}

interface Row {
  version: number;
  jobs: JobStateView[];
  corrections: string[];
}

/** A request's jobs by its newest status, and every correction that was ever asked for; none before the first status. */
export class JobStates {
  constructor(
    readonly jobs: readonly JobStateView[] = [],
    private readonly corrections: readonly string[] = [],
    private readonly version = 0,
  ) {}

  static async of(manager: EntityManager, requestId: string): Promise<JobStates> {
    const [row] = await manager.query<Row[]>(
      'select version, jobs, corrections from job_state where request_id = $1',
      [requestId],
    );
    return new JobStates(row?.jobs, row?.corrections, row?.version);
  }

  /** What was due up to this day is settled; the next date is stored, unless a newer status came meanwhile. */
  async settle(manager: EntityManager, requestId: string, dueBy: string): Promise<void> {
    await manager.query('update job_state set answers_due = $3 where request_id = $1 and version = $2', [
      requestId,
      this.version,
      firstAnswerDeadline(this.jobs, dueBy),
    ]);
  }

  of(utility: Utility): JobStateView | undefined {
    return this.jobs.find((job) => job.utility === utility);
  }

  hasEnded(utility: Utility): boolean {
    const job = this.of(utility);
    return job !== undefined && isTerminal(job.state);
  }

  /** The job that waits for this correction. */
  awaiting(correctionId: string): JobStateView | undefined {
    return this.jobs.find(({ correction }) => correction?.id === correctionId);
  }

  /** Id of the correction that took the place of this one. */
  successorOf(correctionId: string): string | undefined {
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
    isTerminal(state) ? [] : (correction?.dueDate ?? []),
  );
  return dates.toSorted().find((date) => date > after) ?? null;
}
