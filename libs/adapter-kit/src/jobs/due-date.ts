import { addWorkingDays, shanghaiDate, type Calendar } from '@lianban/catalogue';
import { isDay } from '@lianban/contracts';

/**
 * May an automatic act start on this day? From the next working day on, so that its holder has a day to act, to a year
 * ahead: what lies beyond is a mistake.
 */
export function isDueDate(date: string, calendar: Calendar, now: Date): boolean {
  const today = shanghaiDate(now);
  return isDay(date) && date >= addWorkingDays(calendar, today, 1) && date <= yearAfter(today);
}

function yearAfter(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCFullYear(day.getUTCFullYear() + 1);
  return day.toISOString().slice(0, 10);
}
