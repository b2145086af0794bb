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
  /** Without and with the stops of the clock. */
  promisedDate: string;
  slaDate: string;
}

/** The stages with planned and actual times; stops of the clock move the stages ahead. */
export function planStages({ stages, reached, ...plan }: Plan, calendar: Calendar): PlannedStage[] {
  const { registeredOn, promisedDate, slaDate } = plan;
  const stoppedDays = workingDaysBetween(calendar, promisedDate, slaDate);
  return stages.map((stage) => {
    const reachedAt = reached.findLast(({ stage: code }) => code === stage.code)?.at;
    const planned = plannedDate(stage, calendar, registeredOn);
    return { stage, plannedDate: addWorkingDays(calendar, planned, reachedAt ? 0 : stoppedDays), reachedAt };
  });
}
