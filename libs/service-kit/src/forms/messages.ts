import type { FieldError } from '../problems/problem.js';

/** A field error without its place. */
export type ErrorMessage = Omit<FieldError, 'pointer'>;

type Template = (limit: string) => ErrorMessage;

const message =
  (code: string, zh: string, en: string): Template =>
  (limit) => ({ code, text: { 'zh-CN': zh.replace('$', limit), en: en.replace('$', limit) } });

const missing = message('missing', '此项必填。', 'This is required.');
const notAChoice = message('not-a-choice', '此项只能是：$。', 'This must be one of: $.');
const wrongFormat = message('wrong-format', '此项格式不对。', 'This has the wrong format.');
const wrongDate = message('not-a-date', '此项应为日期。', 'This must be a date.');
const wrongLength = message('wrong-length', '此项长度应在 $ 之间。', 'This must be $ characters long.');
const tooFew = message('too-few', '此项至少要有 $ 个。', 'There must be at least $.');
const notAnObject = message('not-an-object', '此项应为一组内容。', 'This must be an object.');

/** The message for each constraint of class-validator; `$` is its limit. */
const MESSAGES: Record<string, Template> = {
  isDefined: missing,
  isNotEmpty: missing,
  isString: message('not-a-string', '此项应为文字。', 'This must be a string.'),
  isInt: message('not-an-integer', '此项应为整数。', 'This must be an integer.'),
  isNumber: message('not-a-number', '此项应为数字。', 'This must be a number.'),
  isBoolean: message('not-a-boolean', '此项应为是或否。', 'This must be true or false.'),
  isArray: message('not-an-array', '此项应为列表。', 'This must be a list.'),
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
  isInstant: message(
    'not-an-instant',
    '此项应为带时区的时间，如 2026-11-27T20:10:00+08:00。',
    'This must be a time with its offset (RFC 3339).',
  ),
  isDay: wrongDate,
  isDate: wrongDate,
  isLength: wrongLength,
  minLength: message('too-short', '此项至少 $ 个字。', 'This must have at least $ characters.'),
  maxLength: message('too-long', '此项至多 $ 个字。', 'This must have at most $ characters.'),
  min: message('too-small', '此项不得小于 $。', 'This must be at least $.'),
  max: message('too-large', '此项不得大于 $。', 'This must be at most $.'),
  isPositive: message('too-small', '此项应大于 0。', 'This must be more than 0.'),
  arrayNotEmpty: message('too-few', '此项至少要有一个。', 'There must be at least one.'),
  arrayMinSize: tooFew,
  arrayMaxSize: message('too-many', '此项至多 $ 个。', 'There must be at most $.'),
  arrayUnique: message('repeated', '此项有重复。', 'Something occurs twice.'),
  whitelistValidation: message('unknown-field', '没有此项。', 'There is no such field.'),
};

const limitText = (limit: unknown) => (Array.isArray(limit) ? limit.join(', ') : String(limit ?? ''));

/** The message for a violated constraint with these limits. */
export function messageFor(constraint: string, limits: readonly unknown[] = []): ErrorMessage {
  const limit =
    constraint === 'isLength' ? `${String(limits[0])}–${String(limits[1])}` : limitOf(constraint, limits);
  return (MESSAGES[constraint] ?? message('invalid', '此项有误。', 'This is invalid.'))(limit);
}

const limitOf = (constraint: string, limits: readonly unknown[]) =>
  limitText(constraint === 'isEnum' ? limits[1] : limits[0]);
