import type { ErrorMessage, Text } from '@lianban/service-kit';
import type { ForbiddenCharacter } from '../texts/forbidden.js';

const message =
  (code: string, zh: string, en: string) =>
  (subject: Text = { 'zh-CN': '', en: '' }): ErrorMessage => ({
    code,
    text: { 'zh-CN': zh.replace('$', () => subject['zh-CN']), en: en.replace('$', () => subject.en) },
  });

/** Messages for rules beyond the shape of the form; `$` is the subject. */
export const fieldErrors = {
  matter: message('unknown-matter', '没有此事项。', 'There is no such matter.'),
  utility: message('utility-not-in-matter', '该事项不含$。', 'This matter has no part for $.'),
  part: message('utility-not-in-request', '该办件不含此专业。', 'This request has no part for that utility.'),
  kind: message(
    'wrong-applicant-kind',
    '该事项不受理此类申请人。',
    'This matter is not for applicants of this kind.',
  ),
  agent: message('agent-not-a-person', '经办人应为个人。', 'An agent must be a person.'),
  documentType: message(
    'wrong-document-type',
    '证件类型与申请人类型不符。',
    'This document does not fit the kind of applicant.',
  ),
  documentNumber: message(
    'wrong-document-number',
    '证件号码格式不对。',
    'The document number has the wrong format.',
  ),
  documentCharacter: message(
    'wrong-document-number',
    '此类证件号码中没有$。',
    '$, does not occur in numbers of this document.',
  ),
  checkDigit: message(
    'wrong-check-digit',
    '证件号码校验位不对，请核对。',
    'The check digit of the document number is wrong.',
  ),
  birthDate: message(
    'no-such-birth-date',
    '证件号码中的出生日期不存在。',
    'The birth date in the document number does not exist.',
  ),
  futureBirth: message(
    'birth-date-in-future',
    '证件号码中的出生日期晚于今天。',
    'The birth date in the document number is in the future.',
  ),
  characters: message('forbidden-characters', '$不能用在这里。', '$, cannot be used here.'),
  phone: message(
    'wrong-phone',
    '请填写 11 位手机号码（如 13900139000）或带区号的固定电话（如 0531-88888888）。',
    'This must be a mobile number of 11 digits (13900139000) or a landline number with its area code (0531-88888888).',
  ),
  account: message('wrong-account-number', '户号不符合$的编号规则。', 'This is not an account number of $.'),
  notServed: message('not-served', '该地址没有$的服务单位。', 'No provider covers $ at this address.'),
  missingMaterial: message('material-missing', '缺少材料：$。', 'A material is missing: $.'),
  unneededMaterial: message(
    'material-not-needed',
    '该事项不需要此材料。',
    'This material is not needed here.',
  ),
  notDeferrable: message(
    'not-deferrable',
    '此材料不可容缺后补。',
    'This material cannot be promised for later.',
  ),
  handedInAtCounter: message(
    'handed-in-at-counter',
    '此材料请到受理大厅提交；持有电子证照的，可填写证照编号。',
    'Please hand this in at the service hall, or give the number of its e-licence.',
  ),
  notAWorkingDay: message(
    'promise-not-a-working-day',
    '承诺补交日期应为工作日。',
    'The promised day must be a working day.',
  ),
  promisedTooEarly: message(
    'promise-too-early',
    '承诺补交日期不得早于受理日。',
    'The promised day is before the registration.',
  ),
  promisedTooLate: message(
    'promise-too-late',
    '承诺补交日期不得晚于承诺办结日期。',
    'The promised day is after the date by which the work is promised.',
  ),
  missingConsent: message('consent-missing', '尚未同意向$提供信息。', 'There is no consent to share with $.'),
  unneededConsent: message(
    'consent-not-required',
    '该单位不参与此办件，无需同意。',
    'This provider has no part in the request.',
  ),
  nothingSupplied: message(
    'nothing-asked-for',
    '未提供所需补正内容，仍需：$。',
    'This answer contains nothing that was asked for; still open: $.',
  ),
  notConfirmable: message(
    'not-confirmable',
    '此项不在待确认之列。',
    'This cannot be confirmed; supply the material or the field.',
  ),
  provider: message(
    'provider-would-change',
    '修改后服务单位将变更，请撤回后重新申请。',
    'The provider would change; withdraw and register again.',
  ),
  reason: message('unknown-reason', '没有此撤回原因。', 'There is no such reason for a withdrawal.'),
};

/** A character and its position in words; an invisible character only by its number. */
export function describeCharacter({ character, position: place }: ForbiddenCharacter): Text {
  const number = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  const isVisible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character);
  return {
    'zh-CN': `第 ${place} 个字符${isVisible ? `“${character}”（${number}）` : number}`,
    en: `Character ${place}, ${isVisible ? `“${character}” (${number})` : number}`,
  };
}
