const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

export type NumberError =
  'wrong-document-number' | 'wrong-check-digit' | 'no-such-birth-date' | 'birth-date-in-future';

const checkOf = (number: string) =>
  CHECKS[WEIGHTS.reduce((sum, weight, i) => sum + weight * Number(number[i]), 0) % 11];

function exists(date: string): boolean {
  const instant = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
}

/**
 * Checks a resident identity number (GB 11643: ISO 7064 MOD 11-2 over 17 digits) with `X` in upper case. The district prefix
 * is not checked, because a number outlives its district. `today` is `YYYY-MM-DD` in Asia/Shanghai.
 */
export function findResidentNumberError(number: string, today: string): NumberError | undefined {
  if (!/^\d{17}[\dX]$/.test(number)) return 'wrong-document-number';
  const birth = number.slice(6, 14).replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');
  if (!exists(birth)) return 'no-such-birth-date';
  if (birth > today) return 'birth-date-in-future';
  return checkOf(number) === number[17] ? undefined : 'wrong-check-digit';
}
