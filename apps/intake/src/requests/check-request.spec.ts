import { loadCatalogue } from '@lianban/catalogue';
import { Problem } from '@lianban/service-kit';
import { aPerson, aRegistration } from '@lianban/testing';
import { checkRequest, assertValid } from './check-request.js';

const catalogue = loadCatalogue();
const MONDAY = '2026-05-11';
const check = (body: unknown, day = MONDAY) =>
  checkRequest(body, { catalogue, registeredOn: day, today: day });
const faultsOf = (body: unknown, day?: string) =>
  check(body, day).validation.errors.map(({ pointer, code }) => `${pointer} ${code}`);
const whole = () => aRegistration('water', 'electricity', 'gas', 'heat', 'telecom');
const withApplicant = (more: object) => ({ ...aRegistration('water'), applicant: { ...aPerson(), ...more } });
const ORGANISATION = {
  kind: 'organisation',
  name: '样例（济南）有限公司',
  documentType: 'credit-code',
  documentNumber: '91370100ma3cde715g',
};
const PAPERS = ['BUSINESS_LICENCE', 'LEGAL_REP_ID', 'PROPERTY_CERT', 'SITE_PLAN'].map((code) => ({
  code,
  method: 'paper',
}));
const withMaterial = (material: object) => ({
  ...aRegistration('water'),
  materials: [
    { code: 'ID_CARD', method: 'paper' },
    { code: 'PROPERTY_CERT', ...material },
  ],
});

describe('a request', () => {
  it('of all five utilities is in order, each with its provider and day', () => {
    const { parts, validation } = check(whole());
    expect(validation.errors).toEqual([]);
    expect(parts.map(({ provider, promisedDate }) => [provider.id, promisedDate])).toEqual([
      ['jinan-water', '2026-05-27'],
      ['jinan-electricity', '2026-05-19'],
      ['jinan-gas', '2026-06-04'],
      ['jinan-heat', '2026-06-23'],
      ['jinan-unicom', '2026-05-14'],
    ]);
  });

  it('of an organisation is in order, its code in upper case', () => {
    const { form, validation } = check({ ...withApplicant(ORGANISATION), materials: PAPERS });
    expect(validation.errors).toEqual([]);
    expect(form.applicant.documentNumber).toBe('91370100MA3CDE715G');
  });

  it('takes a lower-case x and keeps X', () => {
    const { form, validation } = check(withApplicant({ documentNumber: '11010519491231002x' }));
    expect(validation.errors).toEqual([]);
    expect(form.applicant.documentNumber).toBe('11010519491231002X');
  });

  it.each<[string, object, string[]]>([
    ['an unknown matter', { ...aRegistration('water'), matter: 'TEA' }, ['/matter unknown-matter']],
    [
      'a utility outside the matter',
      { ...aRegistration('water', 'gas'), matter: 'WATER_NEW' },
      ['/utilities/1 utility-not-in-matter'],
    ],
    ['no utility', { ...whole(), utilities: [] }, ['/utilities too-few']],
    [
      'a utility twice',
      { ...aRegistration('water'), utilities: ['water', 'water'] },
      ['/utilities repeated'],
    ],
    [
      'a wrong check digit',
      withApplicant({ documentNumber: '110105194912310020' }),
      ['/applicant/documentNumber wrong-check-digit'],
    ],
    [
      "a wrong check character of an organisation's code",
      { ...withApplicant({ ...ORGANISATION, documentNumber: '91350100M000100Y44' }), materials: PAPERS },
      ['/applicant/documentNumber wrong-check-digit'],
    ],
    [
      'an impossible birth date',
      withApplicant({ documentNumber: '370102199002300019' }),
      ['/applicant/documentNumber no-such-birth-date'],
    ],
    [
      'a birth date to come',
      withApplicant({ documentNumber: '370102202605120019' }),
      ['/applicant/documentNumber birth-date-in-future'],
    ],
    ['HTML in a name', withApplicant({ name: '<i>张三</i>' }), ['/applicant/name forbidden-characters']],
    [
      'a control character in a name',
      withApplicant({ name: '张\u001b三' }),
      ['/applicant/name forbidden-characters'],
    ],
    ['a name too short', withApplicant({ name: '张' }), ['/applicant/name wrong-length']],
    ['a wrong phone', withApplicant({ phone: '12345' }), ['/applicant/phone wrong-phone']],
    [
      'a document of the other kind',
      withApplicant({ documentType: 'credit-code' }),
      ['/applicant/documentType wrong-document-type'],
    ],
    ['an unknown field', { ...aRegistration('water'), colour: 1 }, ['/colour unknown-field']],
    ['an unknown field of a person', withApplicant({ age: 1 }), ['/applicant/age unknown-field']],
    [
      'fields that do not fit the catalogue',
      {
        ...aRegistration('water', 'heat'),
        parts: {
          water: { fields: { usage: 'tea', pipeDiameter: 1.5, taste: 1 } },
          heat: { fields: { heatedArea: 0 } },
        },
      },
      [
        '/parts/water/fields/taste unknown-field',
        '/parts/water/fields/usage not-a-choice',
        '/parts/water/fields/pipeDiameter not-an-integer',
        '/parts/heat/fields/usage missing',
        '/parts/heat/fields/heatedArea too-small',
        '/parts/heat/fields/heatingKind missing',
      ],
    ],
    [
      'no carrier for telecom',
      { ...aRegistration('telecom'), parts: {} },
      ['/parts/telecom/fields/carrier missing'],
    ],
    [
      'a part that was not chosen',
      { ...aRegistration('water'), parts: { water: { fields: { usage: 'other' } }, gas: {} } },
      ['/parts/gas unknown-field'],
    ],
    [
      'a part that is a text',
      { ...aRegistration('water'), parts: { water: 'x' } },
      ['/parts/water not-an-object'],
    ],
    [
      'a missing material',
      { ...aRegistration('water'), materials: [{ code: 'ID_CARD', method: 'paper' }] },
      ['/materials material-missing'],
    ],
    [
      'a needless material',
      {
        ...aRegistration('water'),
        materials: [...aRegistration('water').materials, { code: 'METER_PHOTO', method: 'paper' }],
      },
      ['/materials/2/code material-not-needed'],
    ],
    [
      'a promise of what cannot be deferred',
      {
        ...aRegistration('water'),
        materials: [
          { code: 'ID_CARD', method: 'deferred', promisedBy: '2026-05-12' },
          { code: 'PROPERTY_CERT', method: 'paper' },
        ],
      },
      ['/materials/0/method not-deferrable'],
    ],
    ['a promise without a day', withMaterial({ method: 'deferred' }), ['/materials/1/promisedBy missing']],
    [
      'a promise for a Sunday',
      withMaterial({ method: 'deferred', promisedBy: '2026-05-17' }),
      ['/materials/1/promisedBy promise-not-a-working-day'],
    ],
    [
      'a promise for the past',
      withMaterial({ method: 'deferred', promisedBy: '2026-05-08' }),
      ['/materials/1/promisedBy promise-too-early'],
    ],
    [
      'a promise after the work is done',
      withMaterial({ method: 'deferred', promisedBy: '2026-05-28' }),
      ['/materials/1/promisedBy promise-too-late'],
    ],
    [
      'a promise for no day',
      withMaterial({ method: 'deferred', promisedBy: '2026-02-30' }),
      ['/materials/1/promisedBy not-a-date'],
    ],
    [
      'no consent to a provider',
      { ...aRegistration('water', 'gas'), consent: ['jinan-gas'] },
      ['/consent consent-missing'],
    ],
    [
      'consent to a provider that has no part in it',
      { ...aRegistration('water'), consent: ['jinan-water', 'jinan-gas'] },
      ['/consent/1 consent-not-required'],
    ],
    [
      'an account number of another form',
      {
        ...aRegistration('water'),
        matter: 'WATER_TRANSFER',
        parts: { water: { fields: { accountNumber: '12' } } },
        materials: [...aRegistration('water').materials, { code: 'METER_PHOTO', method: 'paper' }],
      },
      ['/parts/water/fields/accountNumber wrong-account-number'],
    ],
    [
      'an agent that is an organisation',
      {
        ...aRegistration('water'),
        agent: { ...aPerson(), ...ORGANISATION },
        materials: ['ID_CARD', 'PROPERTY_CERT', 'POA', 'AGENT_ID'].map((code) => ({ code, method: 'paper' })),
      },
      ['/agent/kind agent-not-a-person'],
    ],
  ])('is refused for %s', (_, body, faults) => expect(faultsOf(body)).toEqual(faults));

  it('with an agent needs his papers', () =>
    expect(
      check({ ...aRegistration('water'), agent: aPerson() }).validation.errors.map(({ text }) => text.en),
    ).toEqual([
      'A material is missing: Power of attorney.',
      "A material is missing: Agent's identity card.",
    ]));

  it('reports every error at once', () => {
    const body = {
      ...withApplicant({ name: '<b>', phone: '1' }),
      matter: 'TEA',
      address: {},
      consent: 'all',
    };
    expect(faultsOf(body)).toEqual(
      expect.arrayContaining([
        '/matter unknown-matter',
        '/applicant/name forbidden-characters',
        '/applicant/phone wrong-phone',
        '/address/district missing',
        '/address/text missing',
        '/consent not-an-array',
      ]),
    );
  });

  it.each([
    undefined,
    null,
    [],
    'x',
    {},
    { applicant: null, agent: 7, materials: [null, 1], parts: [], utilities: 'x' },
  ])('that is %j is refused, not stumbled over', (body) => expect(faultsOf(body).length).toBeGreaterThan(0));

  const refusalOf = (body: unknown, day?: string) => {
    try {
      assertValid(check(body, day));
    } catch (error) {
      return error as Problem;
    }
    return undefined;
  };

  it('from another province is refused as not served, naming each utility', () => {
    const refusal = refusalOf({
      ...aRegistration('water', 'gas'),
      address: { district: '310101', text: '某路' },
    });
    expect(refusal).toMatchObject({ code: 'not-served', status: 422 });
    expect(refusal?.extra.errors?.map(({ pointer, text }) => [pointer, text.en])).toEqual([
      ['/utilities/0', 'No provider covers water at this address.'],
      ['/utilities/1', 'No provider covers gas at this address.'],
    ]);
  });

  it('whose promise falls into a year without a notice is in order, promised by provisional days', () => {
    const { parts, validation } = check(aRegistration('heat'), '2026-11-27');
    expect(validation.errors).toEqual([]);
    expect(parts[0]?.promisedDate).toBe('2027-01-11');
  });
});
