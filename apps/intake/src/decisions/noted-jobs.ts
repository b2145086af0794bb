import { isEnd, type JobDecision, type OpenCorrection, type Utility } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';

/** What intake keeps of routing's decision about a job. */
export interface NotedJob extends Pick<JobDecision, 'utility' | 'state'> {
  correction?: OpenCorrection;
  /** The date promised, where it has moved since the registration too. */
  promisedDate?: string;
}

interface Row {
  jobs: NotedJob[];
  corrections: string[];
}

/** A request's jobs as last decided, and every correction heard of; none before routing has said anything. */
export class NotedJobs {
  constructor(
    readonly jobs: readonly NotedJob[] = [],
    private readonly corrections: readonly string[] = [],
  ) {}

  static async of(manager: EntityManager, requestId: string): Promise<NotedJobs> {
    const [row] = await manager.query<Row[]>(
      'select jobs, corrections from noted_decision where request_id = $1',
      [requestId],
    );
    return new NotedJobs(row?.jobs, row?.corrections);
  }

  of(utility: Utility): NotedJob | undefined {
    return this.jobs.find((job) => job.utility === utility);
  }

  hasEnded(utility: Utility): boolean {
    const job = this.of(utility);
    return job !== undefined && isEnd(job.state);
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
