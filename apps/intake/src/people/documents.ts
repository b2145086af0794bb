import type { Text } from '@lianban/service-kit';
import type { ForbiddenCharacter } from '../texts/forbidden.js';
import { findCreditCodeError } from './credit-code.js';
import { ALPHABET_31 } from './mod-31.js';
import { findResidentNumberError, type NumberError } from './resident-number.js';

type FindError = (number: string, today: string) => NumberError | undefined;

const matching =
  (form: RegExp): FindError =>
  (number) =>
    form.test(number) ? undefined : 'wrong-document-number';

const residentLike =
  (prefix: RegExp): FindError =>
  (number, today) =>
    prefix.test(number) ? findResidentNumberError(number, today) : 'wrong-document-number';

/** The documents of persons and the checks of their numbers. */
const PERSON_CHECKS = {
  'resident-id': findResidentNumberError,
  /** 港澳台居民居住证: prefix 81, 82 or 83, otherwise like a resident's number. */
  'residence-permit': residentLike(/^8[123]0000/),
  passport: matching(/^[A-Z0-9]{5,17}$/),
  'hk-macau-permit': matching(/^[HM]\d{8}(\d{2})?$/),
  'taiwan-permit': matching(/^\d{8}(\d{2})?$/),
  /** 外国人永久居留身份证: the new form begins with 9 and has the same check digit. */
  'foreign-resident-card': (number, today) =>
    /^[A-Z]{3}\d{12}$/.test(number) ? undefined : residentLike(/^9/)(number, today),
  'military-id': matching(/^[\p{L}\p{N}]{6,20}$/u),
} satisfies Record<string, FindError>;

const ORGANISATION_CHECKS = { 'credit-code': findCreditCodeError } satisfies Record<string, FindError>;

export const PERSON_DOCUMENTS = Object.keys(PERSON_CHECKS);
export const ORGANISATION_DOCUMENTS = Object.keys(ORGANISATION_CHECKS);

/** How people call each document. */
export const DOCUMENT_NAMES: Record<string, Text> = {
  'resident-id': { 'zh-CN': '居民身份证', en: 'Resident identity card' },
  'residence-permit': { 'zh-CN': '港澳台居民居住证', en: 'Residence permit (Hong Kong, Macau, Taiwan)' },
  passport: { 'zh-CN': '护照', en: 'Passport' },
  'hk-macau-permit': { 'zh-CN': '港澳居民来往内地通行证', en: 'Travel permit (Hong Kong, Macau)' },
  'taiwan-permit': { 'zh-CN': '台湾居民来往大陆通行证', en: 'Travel permit (Taiwan)' },
  'foreign-resident-card': { 'zh-CN': '外国人永久居留身份证', en: 'Foreign permanent resident card' },
  'military-id': { 'zh-CN': '军官证', en: 'Military identity card' },
  'credit-code': { 'zh-CN': '统一社会信用代码', en: 'Unified social credit code' },
};

const CHECKS: Record<string, FindError> = { ...PERSON_CHECKS, ...ORGANISATION_CHECKS };

/** Checks the number of a document of this type. */
export const findDocumentError = (type: string, number: string, today: string): NumberError | undefined =>
  CHECKS[type]?.(number, today);

const ALPHABETS: Record<string, RegExp> = {
  'resident-id': /[\dX]/,
  'residence-permit': /[\dX]/,
  'military-id': /[\p{L}\p{N}]/u,
  'credit-code': new RegExp(`[${ALPHABET_31}]`),
};

/** The first character that is in no number of this document type. */
export function findForeignCharacter(type: string, number: string): ForbiddenCharacter | undefined {
  const all = [...number];
  const index = all.findIndex((each) => !(ALPHABETS[type] ?? /[A-Z\d]/).test(each));
  return index < 0 ? undefined : { character: all[index]!, position: index + 1 };
}
