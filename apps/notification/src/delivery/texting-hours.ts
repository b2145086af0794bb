const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Shanghai has had one offset since 1991. */
const SHANGHAI = 8 * HOUR;
const HOURS = /^(\d{1,2})-(\d{1,2})$/;

/** Hours of the day in Shanghai, `8-21`: from the first until the second. */
export function isHours(text: unknown): boolean {
  const [, from, until] = HOURS.exec(String(text)) ?? [];
  return from !== undefined && Number(from) < Number(until) && Number(until) <= 24;
}

/** When a text that is due then may leave: then, or where it is night in Shanghai, when the hours begin. */
export function leavesAt(due: Date, hours: string): Date {
  const [, from, until] = HOURS.exec(hours)!.map((part) => Number(part) * HOUR);
  const midnight = Math.floor((due.getTime() + SHANGHAI) / DAY) * DAY - SHANGHAI;
  const time = due.getTime() - midnight;
  if (time < from!) return new Date(midnight + from!);
  return time < until! ? due : new Date(midnight + DAY + from!);
}
