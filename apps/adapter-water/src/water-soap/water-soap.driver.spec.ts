import { readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator, type XmlElement } from 'libxml2-wasm';
import { ProviderRefused, ProviderUnavailable, ProviderUnknown } from '@lianban/adapter-kit';
import { loadCatalogue } from '@lianban/catalogue';
import { aDriverContext, anOperation } from '@lianban/testing';
import {
  answerOf,
  badAnswersTo,
  faultOf,
  inGbk,
  OddCompany,
  resultOf,
  serviceFault,
  type OddAnswer,
} from './odd-company.mother.js';
import { WaterSoapDriver } from './water-soap.driver.js';

const provider = loadCatalogue().provider('jinan-water')!;
const PREFIXES = { xsd: 'http://www.w3.org/2001/XMLSchema', s: 'http://schemas.xmlsoap.org/soap/envelope/' };

describe('WaterSoapDriver', () => {
  const company = new OddCompany();
  let endpoint: string;
  let driver: WaterSoapDriver;
  beforeAll(async () => {
    endpoint = await company.open();
    driver = new WaterSoapDriver(aDriverContext({ provider, endpoint, secret: ['new & secret', 'old'] }));
  });
  beforeEach(() => company.behave());
  afterAll(() => company.close());

  const order = anOperation({ utility: 'water', provider: 'jinan-water' });
  const job = { requestId: order.requestId, attempt: 1, placement: order.placement, withdrawal: 'op-2' };
  const failureOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      (answer) => Promise.reject(new Error(`expected to fail, and answered ${JSON.stringify(answer)}`)),
      (error: unknown) => error,
    );

  describe('takes an answer for unknown that holds', () => {
    it.each(badAnswersTo('submitFlow'))('$name', async ({ answer, reason }) => {
      company.odd = { submitFlow: answer };
      const failure = await failureOf(driver.place(order));
      expect(failure).toBeInstanceOf(ProviderUnknown);
      expect(failure).toMatchObject({ message: expect.stringMatching(reason), away: false });
    });
  });

  it('takes an answer for unknown that has no number of the company', async () => {
    company.odd = { submitFlow: resultOf('submitFlow', '0') };
    const failure = await failureOf(driver.place(order));
    expect(failure).toBeInstanceOf(ProviderUnknown);
    expect(failure).toMatchObject({ message: 'took it without a number of its own' });
  });

  it('says what the schema forbids without the value, which may be about a person', async () => {
    company.odd = { queryFlow: answerOf('queryFlow', '<resultCode>张小满 370102199003070016</resultCode>') };
    const { message } = (await failureOf(driver.inspect(job))) as Error;
    expect(message).toMatch(/the schema forbids: Element 'resultCode': .*pattern/);
    expect(message).not.toMatch(/张小满|3701/);
  });

  describe('refuses for a reason of the company', () => {
    it.each<[string, OddAnswer, string]>([
      [
        'in the result of a good answer',
        resultOf('submitFlow', 'NO_MAIN', '<resultMsg>无管网</resultMsg>'),
        '无管网',
      ],
      ['in the detail of a fault', serviceFault('NO_MAIN'), '不予受理'],
      [
        'in a message that looks like a document',
        resultOf(
          'submitFlow',
          'NO_MAIN',
          '<resultMsg><![CDATA[<?xml version="1.0"?><a>无管网</a>]]></resultMsg>',
        ),
        '<?xml version="1.0"?><a>无管网</a>',
      ],
    ])('%s', async (_, answer, providerMessage) => {
      company.odd = { submitFlow: answer };
      const failure = await failureOf(driver.place(order));
      expect(failure).toBeInstanceOf(ProviderRefused);
      expect(failure).toMatchObject({ reason: 'not-covered', providerMessage });
    });

    it.each([
      ['gbk', 'text/xml'],
      ['GB2312', 'text/xml; charset="gbk"'],
      ['gb18030', 'text/xml'],
    ])('in the bytes of GBK that are declared as %s in a %s', async (declared, type) => {
      company.odd = { submitFlow: inGbk('submitFlow', declared, type) };
      expect(await failureOf(driver.place(order))).toMatchObject({
        reason: 'arrears',
        providerMessage: '欠费',
      });
    });

    it('before anything is submitted, and says to the last fen what is owed', async () => {
      const arrears = '<resultMsg>欠费未结清</resultMsg><arrears>900719925474099301</arrears>';
      company.odd = { checkSubmitFlow: resultOf('checkSubmitFlow', 'ARREARS', arrears) };
      const failure = await failureOf(driver.place(order));
      expect(failure).toBeInstanceOf(ProviderRefused);
      expect(failure).toMatchObject({
        reason: 'arrears',
        providerMessage: '欠费未结清（欠费 9007199254740993.01 元）',
      });
      expect(company.calls('submitFlow')).toEqual([]);
    });
  });

  describe('has nothing submitted where the check before it', () => {
    it.each<[string, OddAnswer | 'never', boolean]>([
      ['fails', { status: 500, type: 'text/html', body: 'no' }, false],
      ['is nowhere', { status: 503, type: 'text/html', body: 'no' }, true],
      ['is never answered', 'never', true],
      ['cannot be read', { body: '<html/>' }, false],
      ['answers with a code that nobody knows', resultOf('checkSubmitFlow', 'SEE_FAX'), false],
      ['answers with a fault of its machine', faultOf(''), false],
    ])('%s', async (_, answer, away) => {
      company.odd = { checkSubmitFlow: answer };
      const failure = await failureOf(driver.place(order));
      expect(failure).toBeInstanceOf(ProviderUnavailable);
      expect(failure).toMatchObject({ away });
      expect(company.calls('submitFlow')).toEqual([]);
    });
  });

  it.each(['SEE_FAX', 'constructor', '-1'])('tells no applicant of the code %s', async (code) => {
    for (const answer of [resultOf('submitFlow', code), serviceFault(code)]) {
      company.odd = { submitFlow: answer };
      const failure = await failureOf(driver.place(order));
      expect(failure).toBeInstanceOf(ProviderUnknown);
      expect(failure).toMatchObject({ message: `answered with the code ${code}`, away: false });
    }
  });

  it('waits where it is asked to slow down', async () => {
    company.odd = { submitFlow: resultOf('submitFlow', 'BUSY') };
    expect(await failureOf(driver.place(order))).toBeInstanceOf(ProviderUnavailable);
  });

  describe('logs in', () => {
    it('with the newest password, and with the one before it where that is not known', async () => {
      company.odd = { cancelFlow: serviceFault('LOGIN_FAILED') };
      const failure = await failureOf(driver.withdraw({ ...order, kind: 'withdraw', reason: 'lapsed' }));
      expect(failure).toBeInstanceOf(ProviderUnavailable);
      const passwords = company.calls('cancelFlow').map((xml) => /<password>([^<]*)/.exec(xml)?.[1]);
      expect(passwords).toEqual(['new &amp; secret', 'old']);
    });

    it('once where the newest password is known', async () => {
      await driver.withdraw({ ...order, kind: 'withdraw', reason: 'lapsed' });
      expect(company.calls('cancelFlow')).toHaveLength(1);
    });
  });

  it('keeps every digit of the company`s number', async () => {
    company.odd = { submitFlow: resultOf('submitFlow', '0', '<billNo>000123456789012345678</billNo>') };
    expect(await driver.place(order)).toEqual({ reference: '000123456789012345678' });
  });

  it('sends nothing but what the schema allows, and every word of the dossier', async () => {
    const person = {
      kind: 'person',
      name: '张<小>满',
      documentType: 'resident-id',
      phone: '13800138000',
    } as const;
    const materials = [
      { code: 'SITE_PLAN', method: 'deferred', promisedBy: '2026-06-30' },
      { code: 'PROPERTY_CERT', method: 'e-licence', proof: 'query & receipt' },
    ] as const;
    const answer = { correctionId: 'c-1', fields: { usage: 'other' }, materials, confirmed: ['arrears'] };
    const dossier = {
      ...order.dossier,
      applicant: { ...person, documentNumber: '370102199003070016' },
      agent: { kind: 'person', name: '李四', phone: '13900139000' },
      address: { ...order.dossier.address, estate: '样例小区', building: '3', unit: '2', room: '502' },
      fields: { accountNumber: '00012345', pipeDiameter: 20 },
      materials,
      answers: [{ ...answer, answeredAt: '2026-05-12T17:30:00.000Z' }],
    } as unknown as typeof order.dossier;
    await driver.place({ ...order, dossier });
    await driver.correct({ ...order, kind: 'correct', dossier });
    await driver.withdraw({ ...order, kind: 'withdraw', dossier, reason: 'withdrawn-by-applicant' });
    await driver.queryStatus({ ...order, dossier });
    expect(company.received.map(({ operation }) => operation)).toEqual([
      'checkSubmitFlow',
      'submitFlow',
      'supplementFlow',
      'cancelFlow',
      'queryFlow',
    ]);
    for (const { xml } of company.received) expect(() => validate(xml)).not.toThrow();
    const text = company.calls('submitFlow')[0]!;
    const words =
      /张&lt;小&gt;满|李四|370102199003070016|00012345|pipeDiameter|query &amp; receipt|2026-05-13 01:30:00|arrears/g;
    expect(new Set(text.match(words)).size).toBe(8);
  });

  describe('looks a flow up', () => {
    it.each<[string, OddAnswer | string]>([
      ['under another number', '<billNo>B-1</billNo><status>02</status></flow><flow><outerNo>o</outerNo>'],
      ['that is not shown', resultOf('queryFlow', '0')],
      ['with a code that nobody knows', resultOf('queryFlow', 'SEE_FAX')],
      [
        'with such a code beside a flow',
        resultOf(
          'queryFlow',
          'SEE_FAX',
          `<flow><outerNo>${order.placement}</outerNo><status>10</status></flow>`,
        ),
      ],
      ['with a code of refusals', serviceFault('ARREARS')],
    ])('%s, and does not know', async (_, answer) => {
      if (typeof answer === 'string') company.flow = answer;
      else company.odd = { queryFlow: answer };
      expect(await failureOf(driver.queryStatus(order))).toBeInstanceOf(ProviderUnknown);
    });

    it('of somebody else than it asked for, and does not believe it', async () => {
      const flow = '<flow><outerNo>other</outerNo><status>10</status></flow>';
      company.odd = { queryFlow: resultOf('queryFlow', '0', flow) };
      expect(await failureOf(driver.inspect(job))).toMatchObject({
        message: 'looked up another flow than ours',
      });
    });

    it('as absent only where that is said', async () => {
      company.odd = { queryFlow: resultOf('queryFlow', 'NOT_FOUND') };
      expect(await driver.queryStatus(order)).toEqual({ found: 'absent' });
    });

    it.each(['correct', 'withdraw'] as const)('for what it has of our %s', async (kind) => {
      company.flow += `<operationNo>op-1</operationNo><operationNo>op-2</operationNo>`;
      const found = async (operation: string) =>
        (await driver.queryStatus({ ...order, kind, operation })).found;
      expect([await found('op-2'), await found('op-3')]).toEqual(['taken', 'absent']);
    });

    it('that was refused before it was taken, and tells it from one that was sent back later', async () => {
      company.flow = '<status>07</status><reasonCode>NO_MAIN</reasonCode><reasonMsg>无管网</reasonMsg>';
      expect(await driver.queryStatus(order)).toEqual({
        found: 'refused',
        reason: 'not-covered',
        providerMessage: '无管网',
      });
      company.flow = '<billNo>B-1</billNo><status>13</status><reasonCode>NO_MAIN</reasonCode>';
      expect(await driver.queryStatus(order)).toMatchObject({
        found: 'taken',
        reference: 'B-1',
        report: { state: 'refused', reason: 'not-covered' },
      });
    });
  });

  it.each(['http://127.0.0.1/a', 7])('does not start with the path %j', (path) => {
    const odd = { ...provider, settings: { ...provider.settings, path } };
    expect(() => new WaterSoapDriver(aDriverContext({ provider: odd, endpoint, secret: ['s'] }))).toThrow(
      /cannot be spoken to in water-soap: \/settings\/path/,
    );
  });
});

const schema = (() => {
  const wsdl = readFileSync(new URL('./water-soap.wsdl', import.meta.url), 'utf8');
  const inline = XmlDocument.fromString(wsdl).get('//xsd:schema', PREFIXES) as XmlElement;
  return XsdValidator.fromDoc(XmlDocument.fromString(inline.toString()));
})();

function validate(xml: string): void {
  const document = XmlDocument.fromString(xml);
  const found = document.find('/s:Envelope/s:Header/* | /s:Envelope/s:Body/*', PREFIXES);
  if (found.length !== 2) throw new Error(`${found.length} elements in header and body`);
  for (const element of found) schema.validate(element as XmlElement);
}
