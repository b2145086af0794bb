import type { FieldError, Text } from '@lianban/service-kit';
import type { Forbidden } from '../texts/forbidden.js';

export type Complaint = Omit<FieldError, 'pointer'>;

const saying =
  (code: string, zh: string, en: string) =>
  (what: Text = { 'zh-CN': '', en: '' }): Complaint => ({
    code,
    text: { 'zh-CN': zh.replace('$', () => what['zh-CN']), en: en.replace('$', () => what.en) },
  });

/** What a request may have wrong beside the shape of its form; `$` is what it is about. */
export const wrong = {
  matter: saying('unknown-matter', '没有此事项。', 'There is no such matter.'),
  utility: saying('utility-not-in-matter', '该事项不含$。', 'This matter has no part for $.'),
  part: saying('utility-not-in-request', '该办件不含此专业。', 'This request has no part for that utility.'),
  kind: saying(
    'wrong-applicant-kind',
    '该事项不受理此类申请人。',
    'This matter is not for applicants of this kind.',
  ),
  agent: saying('agent-not-a-person', '经办人应为个人。', 'An agent must be a person.'),
  documentType: saying(
    'wrong-document-type',
    '证件类型与申请人类型不符。',
    'This document does not fit the kind of applicant.',
  ),
  documentNumber: saying(
    'wrong-document-number',
    '证件号码格式不对。',
    'The document number does not have the right form.',
  ),
  documentCharacter: saying(
    'wrong-document-number',
    '此类证件号码中没有$。',
    '$, is in no number of such a document.',
  ),
  checkDigit: saying(
    'wrong-check-digit',
    '证件号码校验位不对，请核对。',
    'The check digit of the document number is wrong.',
  ),
  birthDate: saying(
    'no-such-birth-date',
    '证件号码中的出生日期不存在。',
    'The birth date in the document number does not exist.',
  ),
  futureBirth: saying(
    'birth-date-in-future',
    '证件号码中的出生日期晚于今天。',
    'The birth date in the document number is in the future.',
  ),
  characters: saying('forbidden-characters', '$不能用在这里。', '$, cannot be used here.'),
  phone: saying(
    'wrong-phone',
    '请填写 11 位手机号码（如 13900139000）或带区号的固定电话（如 0531-88888888）。',
    'This must be a mobile number of 11 digits (13900139000) or a landline number with its area code (0531-88888888).',
  ),
  account: saying(
    'wrong-account-number',
    '户号不符合$的编号规则。',
    'This is not what account numbers of $ look like.',
  ),
  notServed: saying('not-served', '该地址没有$的服务单位。', 'Nobody provides $ at this address.'),
  missingMaterial: saying('material-missing', '缺少材料：$。', 'A material is missing: $.'),
  needlessMaterial: saying(
    'material-not-needed',
    '该事项不需要此材料。',
    'This material is not needed here.',
  ),
  notDeferrable: saying(
    'not-deferrable',
    '此材料不可容缺后补。',
    'This material cannot be promised for later.',
  ),
  notWorked: saying(
    'promise-not-a-working-day',
    '承诺补交日期应为工作日。',
    'The day promised must be a working day.',
  ),
  promisedTooEarly: saying(
    'promise-too-early',
    '承诺补交日期不得早于受理日。',
    'The day promised is before the registration.',
  ),
  promisedTooLate: saying(
    'promise-too-late',
    '承诺补交日期不得晚于承诺办结日期。',
    'The day promised is after the date the work is promised for.',
  ),
  noConsent: saying('consent-missing', '尚未同意向$提供信息。', 'There is no consent to share with $.'),
  needlessConsent: saying(
    'needless-consent',
    '该单位不参与此办件，无需同意。',
    'This provider has no part in the request.',
  ),
  nothingAsked: saying(
    'nothing-asked-for',
    '未提供所需补正内容，仍需：$。',
    'Nothing of what was asked for is in this answer; still open: $.',
  ),
  notToConfirm: saying(
    'not-to-be-confirmed',
    '此项不在待确认之列。',
    'This is not something that is confirmed; supply the material or the field.',
  ),
  provider: saying(
    'provider-would-change',
    '修改后服务单位将变更，请撤回后重新申请。',
    'Another provider would be in charge; withdraw and register again.',
  ),
  reason: saying('unknown-reason', '没有此撤回原因。', 'There is no such reason for a withdrawal.'),
};

/** A character and its place, as people are told of it; one that cannot be seen by its number alone. */
export function described({ character, place }: Forbidden): Text {
  const number = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  const isSeen = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character);
  return {
    'zh-CN': `第 ${place} 个字符${isSeen ? `“${character}”（${number}）` : number}`,
    en: `Character ${place}, ${isSeen ? `“${character}” (${number})` : number}`,
  };
}
