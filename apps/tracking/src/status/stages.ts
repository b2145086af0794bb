import {
  addWorkingDays,
  CalendarUncovered,
  planStages,
  shanghaiDate,
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
  registeredAt: string;
  /** What was promised at registration, and what the clock now says. */
  promisedDate: string;
  dueDate: string;
}

/** The stages with planned and actual times; the working days that the clock stood still move what is still ahead. */
export function placeStages({ stages, reached, ...plan }: Plan, calendar: Calendar): PlannedStage[] {
  const moved = (date: string): string =>
    addWorkingDays(calendar, date, workingDaysBetween(calendar, plan.promisedDate, plan.dueDate));
  return stages.map((stage) => {
    const reachedAt = reached.findLast(({ stage: code }) => code === stage.code)?.at;
    const plannedDate = whereCovered(() => {
      const [planned] = planStages([stage], calendar, shanghaiDate(new Date(plan.registeredAt)));
      return reachedAt ? planned!.plannedDate : moved(planned!.plannedDate);
    });
    return { stage, plannedDate, reachedAt };
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
