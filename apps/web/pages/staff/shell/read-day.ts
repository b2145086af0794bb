/** `2026-12-08` from what people type: with dashes, dots, slashes or nothing between; anything else as it is. */
export function readDay(typed: string): string {
  const [, year, month, day] = /^(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?$/.exec(typed.trim()) ?? [];
  return year ? `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}` : typed.trim();
}
