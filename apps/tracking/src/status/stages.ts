import {
  addWorkingDays,
  CalendarUncovered,
  plannedDate,
  workingDaysBetween,
  type Calendar,
  type Stage,
} from '@lianban/catalogue';
import type { StageReached } from '@lianban/contracts';

export interface PlannedStage {
  stage: Stage;
  /** `YYYY-MM-DD` in Asia/Shanghai; missing where the calendar does not reach. */
  plannedDate?: string;
  reachedAt?: string;
}

export interface Plan {
  stages: readonly Stage[];
  reached: readonly StageReached[];
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  registeredOn: string;
  /** What was promised at registration, and what the clock now says. */
  promisedDate: string;
  dueDate: string;
}

/** The stages with planned and actual times; the working days that the clock stood still move what is still ahead. */
export function placeStages({ stages, reached, ...plan }: Plan, calendar: Calendar): PlannedStage[] {
  const { registeredOn, promisedDate, dueDate } = plan;
  const stood = whereCovered(() => workingDaysBetween(calendar, promisedDate, dueDate));
  return stages.map((stage) => {
    const reachedAt = reached.findLast(({ stage: code }) => code === stage.code)?.at;
    const moved = reachedAt ? 0 : stood;
    const planned =
      moved === undefined
        ? undefined
        : whereCovered(() => addWorkingDays(calendar, plannedDate(stage, calendar, registeredOn), moved));
    return { stage, plannedDate: planned, reachedAt };
  });
}

/** A date in a year whose holidays are not known yet is left out rather than guessed. */
export function whereCovered<T>(count: () => T): T | undefined {
  try {
    return count();
  } catch (error) {
    if (error instanceof CalendarUncovered) return undefined;
    throw error;
  }
}
