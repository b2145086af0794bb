import type { Forbidden } from '../texts/forbidden.js';
import { faultOfCreditCode } from './credit-code.js';
import { ALPHABET_31 } from './mod-31.js';
import { faultOfResidentNumber, type NumberFault } from './resident-number.js';

type FindFault = (number: string, today: string) => NumberFault | undefined;

const shaped =
  (form: RegExp): FindFault =>
  (number) =>
    form.test(number) ? undefined : 'wrong-document-number';

const residentLike =
  (prefix: RegExp): FindFault =>
  (number, today) =>
    prefix.test(number) ? faultOfResidentNumber(number, today) : 'wrong-document-number';

/** Papers a person may show, and what is wrong with their numbers. */
const OF_PERSONS = {
  'resident-id': faultOfResidentNumber,
  /** 港澳台居民居住证: prefix 81, 82 or 83, else as a resident's number. */
  'residence-permit': residentLike(/^8[123]0000/),
  passport: shaped(/^[A-Z0-9]{5,17}$/),
  'hk-macau-permit': shaped(/^[HM]\d{8}(\d{2})?$/),
  'taiwan-permit': shaped(/^\d{8}(\d{2})?$/),
  /** 外国人永久居留身份证: the new form begins with 9 and has the same check digit. */
  'foreign-resident-card': (number, today) =>
    /^[A-Z]{3}\d{12}$/.test(number) ? undefined : residentLike(/^9/)(number, today),
  'military-id': shaped(/^[\p{L}\p{N}]{6,20}$/u),
} satisfies Record<string, FindFault>;

const OF_ORGANISATIONS = { 'credit-code': faultOfCreditCode } satisfies Record<string, FindFault>;

export const PERSON_DOCUMENTS = Object.keys(OF_PERSONS);
export const ORGANISATION_DOCUMENTS = Object.keys(OF_ORGANISATIONS);

const FAULTS: Record<string, FindFault> = { ...OF_PERSONS, ...OF_ORGANISATIONS };

/** What is wrong with the number of a document of this type (domain 2.1, 2.2). */
export const faultOfDocument = (type: string, number: string, today: string): NumberFault | undefined =>
  FAULTS[type]?.(number, today);

const ALPHABETS: Record<string, RegExp> = {
  'resident-id': /[\dX]/,
  'residence-permit': /[\dX]/,
  'military-id': /[\p{L}\p{N}]/u,
  'credit-code': new RegExp(`[${ALPHABET_31}]`),
};

/** The first character that no number of a document of this type has. */
export function foreignTo(type: string, number: string): Forbidden | undefined {
  const all = [...number];
  const index = all.findIndex((each) => !(ALPHABETS[type] ?? /[A-Z\d]/).test(each));
  return index < 0 ? undefined : { character: all[index]!, place: index + 1 };
}
