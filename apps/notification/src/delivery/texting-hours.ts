const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SHANGHAI_OFFSET_MS = 8 * HOUR_MS;
const HOURS = /^(\d{1,2})-(\d{1,2})$/;

/** Is it a range of hours such as `8-21`? */
export function isHours(text: unknown): boolean {
  const [, from, until] = HOURS.exec(String(text)) ?? [];
  return from !== undefined && Number(from) < Number(until) && Number(until) <= 24;
}

/** When a due text may leave: at once, or at night in Shanghai when the hours begin. */
export function leavesAt(due: Date, hours: string): Date {
  const [, from, until] = HOURS.exec(hours)!.map((part) => Number(part) * HOUR_MS);
  const midnight = Math.floor((due.getTime() + SHANGHAI_OFFSET_MS) / DAY_MS) * DAY_MS - SHANGHAI_OFFSET_MS;
  const time = due.getTime() - midnight;
  if (time < from!) return new Date(midnight + from!);
  return time < until! ? due : new Date(midnight + DAY_MS + from!);
}
