import type { Utility } from '@lianban/contracts';
import { mod31Check } from '../people/mod-31.js';

const LETTERS: Record<Utility, string> = { water: 'W', electricity: 'D', gas: 'Q', heat: 'N', telecom: 'X' };
const JOINT = 'J';

export interface ReceiptFacts {
  district: string;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  registeredOn: string;
  /** All utilities of the matter, chosen or not. */
  utilities: readonly Utility[];
  /** May have gaps. */
  sequence: number;
}

/** `LB<district>-<yyyyMMdd>-<letter>-<five digits or more>-<check>`; the check is MOD 31 over letters and digits. */
export function formatReceiptNumber({ district, registeredOn, utilities, sequence }: ReceiptFacts): string {
  const letter = utilities.length === 1 ? LETTERS[utilities[0]!] : JOINT;
  const parts = [
    `LB${district}`,
    registeredOn.replaceAll('-', ''),
    letter,
    String(sequence).padStart(5, '0'),
  ];
  return [...parts, mod31Check(parts.join(''))].join('-');
}
