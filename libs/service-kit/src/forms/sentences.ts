import type { Text } from '../problems/problem.js';

export interface Complaint {
  code: string;
  text: Text;
}

type Write = (limit: string) => Complaint;

const saying =
  (code: string, zh: string, en: string): Write =>
  (limit) => ({ code, text: { 'zh-CN': zh.replace('$', limit), en: en.replace('$', limit) } });

const missing = saying('missing', '此项必填。', 'This is needed.');
const notAChoice = saying('not-a-choice', '此项只能是：$。', 'This must be one of: $.');
const wrongFormat = saying('wrong-format', '此项格式不对。', 'This does not have the right form.');
const wrongDate = saying('not-a-date', '此项应为日期。', 'This must be a date.');
const wrongLength = saying('wrong-length', '此项长度应在 $ 之间。', 'This must be $ characters long.');
const tooFew = saying('too-few', '此项至少要有 $ 个。', 'There must be at least $.');
const notAnObject = saying('not-an-object', '此项应为一组内容。', 'This must be an object.');

/** What is said of each constraint of class-validator; `$` is its limit. */
const SENTENCES: Record<string, Write> = {
  isDefined: missing,
  isNotEmpty: missing,
  isString: saying('not-a-text', '此项应为文字。', 'This must be a text.'),
  isInt: saying('not-a-whole-number', '此项应为整数。', 'This must be a whole number.'),
  isNumber: saying('not-a-number', '此项应为数字。', 'This must be a number.'),
  isBoolean: saying('not-yes-or-no', '此项应为是或否。', 'This must be true or false.'),
  isArray: saying('not-a-list', '此项应为列表。', 'This must be a list.'),
  isObject: notAnObject,
  nestedValidation: notAnObject,
  unknownValue: notAnObject,
  isIn: notAChoice,
  isEnum: notAChoice,
  equals: notAChoice,
  matches: wrongFormat,
  isUuid: wrongFormat,
  isEmail: wrongFormat,
  isUrl: wrongFormat,
  isISO8601: wrongDate,
  isInstant: saying(
    'not-an-instant',
    '此项应为带时区的时间，如 2026-11-27T20:10:00+08:00。',
    'This must be a time with its offset (RFC 3339).',
  ),
  isDay: wrongDate,
  isDate: wrongDate,
  isLength: wrongLength,
  minLength: saying('too-short', '此项至少 $ 个字。', 'This must have at least $ characters.'),
  maxLength: saying('too-long', '此项至多 $ 个字。', 'This must have at most $ characters.'),
  min: saying('too-small', '此项不得小于 $。', 'This must be at least $.'),
  max: saying('too-large', '此项不得大于 $。', 'This must be at most $.'),
  isPositive: saying('too-small', '此项应大于 0。', 'This must be more than 0.'),
  arrayNotEmpty: saying('too-few', '此项至少要有一个。', 'There must be at least one.'),
  arrayMinSize: tooFew,
  arrayMaxSize: saying('too-many', '此项至多 $ 个。', 'There must be at most $.'),
  arrayUnique: saying('repeated', '此项有重复。', 'Something is here twice.'),
  whitelistValidation: saying('unknown-field', '没有此项。', 'There is no such field.'),
};

const inWords = (limit: unknown) => (Array.isArray(limit) ? limit.join(', ') : String(limit ?? ''));

/** What is said of a constraint that was not met; `limits` as the constraint holds them, if it has any. */
export function messageFor(constraint: string, limits: readonly unknown[] = []): Complaint {
  const limit =
    constraint === 'isLength' ? `${String(limits[0])}–${String(limits[1])}` : limitOf(constraint, limits);
  return (SENTENCES[constraint] ?? saying('invalid', '此项有误。', 'This is not right.'))(limit);
}

const limitOf = (constraint: string, limits: readonly unknown[]) =>
  inWords(constraint === 'isEnum' ? limits[1] : limits[0]);
