import { mod31Check } from './mod-31.js';

const FORM = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/** Checks a unified social credit code (GB 32100) in upper case. */
export function findCreditCodeError(code: string): 'wrong-document-number' | 'wrong-check-digit' | undefined {
  if (!FORM.test(code)) return 'wrong-document-number';
  return mod31Check(code.slice(0, 17)) === code[17] ? undefined : 'wrong-check-digit';
}
