import {
  addWorkingDays,
  plannedDate,
  workingDaysBetween,
  type Calendar,
  type Stage,
} from '@lianban/catalogue';
import type { StageReached } from '@lianban/contracts';

export interface PlannedStage {
  stage: Stage;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  plannedDate: string;
  reachedAt?: string;
}

export interface Plan {
  stages: readonly Stage[];
  reached: readonly StageReached[];
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  registeredOn: string;
  /** What was promised at registration, and what the clock says now. */
  promisedDate: string;
  slaDate: string;
}

/** The stages with planned and actual times; the working days that the clock stood still move what is still ahead. */
export function placeStages({ stages, reached, ...plan }: Plan, calendar: Calendar): PlannedStage[] {
  const { registeredOn, promisedDate, slaDate } = plan;
  const stood = workingDaysBetween(calendar, promisedDate, slaDate);
  return stages.map((stage) => {
    const reachedAt = reached.findLast(({ stage: code }) => code === stage.code)?.at;
    const planned = plannedDate(stage, calendar, registeredOn);
    return { stage, plannedDate: addWorkingDays(calendar, planned, reachedAt ? 0 : stood), reachedAt };
  });
}
