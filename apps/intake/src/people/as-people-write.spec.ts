import { loadCatalogue } from '@lianban/catalogue';
import { aPerson, aRegistration } from '@lianban/testing';
import { checkRequest } from '../requests/check-request.js';

const catalogue = loadCatalogue();
const MONDAY = '2026-05-11';
const check = (body: unknown) => checkRequest(body, { catalogue, registeredOn: MONDAY, today: MONDAY });
const applicant = (more: object) => ({ ...aRegistration('water'), applicant: { ...aPerson(), ...more } });
const passport = { documentType: 'passport', documentNumber: 'E12345678' };

/** What is kept of a person, or everything that is wrong with him. */
function kept(more: object) {
  const { form, validation } = check(applicant(more));
  return validation.errors.length > 0
    ? validation.errors.map(({ code, text }) => `${code} ${text.en} ${text['zh-CN']}`)
    : form.applicant;
}

describe('a person is accepted as people write:', () => {
  it.each([
    ['013800138000', '13800138000'],
    ['+86 139 0013 9000', '13900139000'],
    ['0086-139-0013-9000', '13900139000'],
    ['86 13900139000', '13900139000'],
    ['１３９００１３９０００', '13900139000'],
    ['\u202d13900139000\u202c', '13900139000'],
    ['(0531) 8888 8888', '0531-88888888'],
    ['+86 531 8888 8888', '0531-88888888'],
    ['010-88888888-123', '010-88888888-123'],
    ['053188888888转123', '0531-88888888-123'],
  ])('the phone %s is %s', (phone, number) => expect(kept({ phone })).toMatchObject({ phone: number }));

  it.each(['12345', '95598', '12800138000', '1380013800', '0138-0013800', '400-800-8000', '8888 8888'])(
    'the phone %s is refused, and the clerk reads how to write it',
    (phone) => {
      const [error] = kept({ phone }) as string[];
      expect(error).toMatch(/^wrong-phone .*13900139000.*0531-88888888/);
    },
  );

  it.each([
    ['刘〇', '刘〇'],
    ['迪丽努尔•艾合买提', '迪丽努尔·艾合买提'],
    ['MARIA DE LOS ANGELES RODRIGUEZ FERNANDEZ GAR', 'MARIA DE LOS ANGELES RODRIGUEZ FERNANDEZ GAR'],
    ['A'.repeat(100), 'A'.repeat(100)],
    ['𬎆𬎆', '𬎆𬎆'],
    ["Aoife O'Brien-Smith Jr.", "Aoife O'Brien-Smith Jr."],
  ])('the name %s is %s', (name, written) =>
    expect(kept({ ...passport, name })).toMatchObject({ name: written }),
  );

  it.each([
    ['--', 'Character 1, “-” (U+002D)'],
    ['··', 'Character 1, “·” (U+00B7)'],
    ['张·', 'Character 2, “·” (U+00B7)'],
    ['张3', 'Character 2, “3” (U+0033)'],
    ['张\u0007三', 'Character 2, U+0007'],
    ['SMITH, JOHN', 'Character 6, “,” (U+002C)'],
  ])('refuses the name %j and names the character and its position', (name, message) =>
    expect(kept({ ...passport, name })).toEqual([
      expect.stringMatching(
        new RegExp(`^forbidden-characters ${message.replace(/[()+]/g, '\\$&')}.*第 \\d 个字符`),
      ),
    ]),
  );

  it('an organisation keeps its brackets, and ㈱ is named', () => {
    const licence = {
      kind: 'organisation',
      documentType: 'credit-code',
      documentNumber: '9137 0100-MA3CDE715G',
    };
    const of = (name: string) => check(applicant({ ...licence, name }));
    expect(of('样例(济南)有限公司').form.applicant).toMatchObject({
      name: '样例（济南）有限公司',
      documentNumber: '91370100MA3CDE715G',
    });
    expect(of('㈱样例').validation.errors).toContainEqual(
      expect.objectContaining({ pointer: '/applicant/name', code: 'forbidden-characters' }),
    );
  });

  it('numbers of documents may have blanks and full-width digits, and a wrong character is named', () => {
    expect(kept({ documentNumber: '３７０１０２ 19900307 0016' })).toMatchObject({
      documentNumber: '370102199003070016',
    });
    expect(kept({ documentNumber: '37010219900307O016' })).toEqual([
      expect.stringMatching(/^wrong-document-number .*15, “O”.*第 15 个字符/),
    ]);
  });
});

describe('every other text is accepted as people write it:', () => {
  const withAddress = (more: object) => ({
    ...aRegistration('water'),
    address: { ...aRegistration('water').address, ...more },
  });

  it('an address in full width, with what cannot be seen', () => {
    const { form, validation } = check(
      withAddress({ district: ' ３７０１０２', text: '泉城路　１８０号\u200b\n２楼', room: '５０１' }),
    );
    expect(validation.errors).toEqual([]);
    expect(form.address).toMatchObject({ district: '370102', text: '泉城路 180号 2楼', room: '501' });
  });

  it('and a forbidden character is named with its position', () => {
    const { errors } = check(withAddress({ text: '泉城路<180' })).validation;
    expect(errors).toEqual([
      {
        pointer: '/address/text',
        code: 'forbidden-characters',
        text: {
          'zh-CN': '第 4 个字符“<”（U+003C）不能用在这里。',
          en: 'Character 4, “<” (U+003C), cannot be used here.',
        },
      },
    ]);
  });

  it('account numbers and the texts of the catalogue', () => {
    const body = {
      ...aRegistration('water'),
      matter: 'WATER_TRANSFER',
      parts: { water: { fields: { accountNumber: '12 3456-7890１', previousOwner: ' 张　三\u200b ' } } },
    };
    const { form } = check(body);
    expect(form.parts.water!.fields).toEqual({ accountNumber: '12345678901', previousOwner: '张 三' });
    expect(body.parts.water.fields.accountNumber).toBe('12 3456-7890１');
  });

  it('a text of the catalogue is counted as people count, and its wrong character named', () => {
    const with_ = (previousOwner: string) =>
      check({
        ...aRegistration('water'),
        matter: 'WATER_TRANSFER',
        parts: { water: { fields: { accountNumber: '1234567890', previousOwner } } },
      }).validation.errors.filter(({ pointer }) => pointer.endsWith('previousOwner'));
    expect(with_('𬎆'.repeat(30))).toEqual([]);
    expect(with_('张<三')).toEqual([
      expect.objectContaining({
        text: expect.objectContaining({ en: expect.stringContaining('Character 2, “<”') }),
      }),
    ]);
  });
});
