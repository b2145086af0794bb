import { IsInt, IsOptional, Matches, Min } from 'class-validator';
import type { ListedJob } from '../drivers/utility-driver.js';
import { JobReport } from '../jobs/job-report.js';
import { PLACEMENT_NAME } from '../jobs/operation.js';

/** A job in the list of a provider that speaks `webhook` or `feed`: its newest report that told a state, or none yet. */
export class ListedJobForm extends JobReport {
  /** As it stood in the operations. */
  @Matches(PLACEMENT_NAME) placement!: string;
  /** That of the last operation that was taken. */
  @IsOptional() @IsInt() @Min(1) version?: number;
}

/** It is what the list shows, and not when it was reported, that is news. */
export function toListedJob({
  placement,
  version,
  reference,
  at: _,
  sequence: _1,
  ...seen
}: ListedJobForm): ListedJob {
  return {
    placement,
    ...(reference !== undefined && { reference }),
    ...(version !== undefined && { version }),
    observations: seen.state === undefined ? [] : [seen],
  };
}
