import type { Person } from './intake.events.js';

/** Keeps the first four and the last four characters; of a short number the last two. A credit code is public. */
export function maskNumber({
  documentType,
  documentNumber,
}: Pick<Person, 'documentType' | 'documentNumber'>): string {
  if (documentType === 'credit-code') return documentNumber;
  if (documentNumber.length < 15) return documentNumber.slice(-2).padStart(documentNumber.length, '*');
  return documentNumber.slice(0, 4) + documentNumber.slice(-4).padStart(documentNumber.length - 4, '*');
}
