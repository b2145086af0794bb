import { addWorkingDays, workingDaysBetween, type Calendar } from '@lianban/catalogue';

/** `yellow` from a working day before the date on, `red` after it. */
export type Lamp = 'green' | 'yellow' | 'red';

export interface Urgency {
  lamp: Lamp;
  /** Working days until the date; negative where it has passed. */
  workingDaysLeft: number;
}

/** By when somebody must act, and how near that is. */
export interface Due extends Urgency {
  urgentOn: string;
  /** Does that date rest on a year whose holidays are not announced yet? */
  provisional: boolean;
}

export function urgencyOf(urgentOn: string, today: string, calendar: Calendar): Urgency {
  const workingDaysLeft = workingDaysBetween(calendar, today, urgentOn);
  const isNear = today >= addWorkingDays(calendar, urgentOn, -1);
  return { lamp: today > urgentOn ? 'red' : isNear ? 'yellow' : 'green', workingDaysLeft };
}
