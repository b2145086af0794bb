import { RequestStatusChanged } from '@lianban/contracts';
import { eventTransport, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, startListening } from '@lianban/service-kit';
import { aDatabase, TcpProxy, TestIssuer, type TestDatabase } from '@lianban/testing';
import { ProjectSnapshots } from './projection/project-snapshots.js';
import { aJob, aStatus, CODE } from './tracking.mother.js';
import { TrackingModule } from './tracking.module.js';

const XSS = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';
const NOW = new Date('2026-05-20T02:00:00Z');

describe('the page for browsers without scripts', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let proxy: TcpProxy;
  let app: Awaited<ReturnType<typeof createService>>;
  let address: string;
  const lines: string[] = [];

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    proxy = await TcpProxy.start(0, database.port);
    app = await createService(TrackingModule, {
      env: {
        ...issuer.env,
        PORT: '0',
        DATABASE_URL: database.urlOf('tracking', proxy.port),
        TRUST_PROXY: 'true',
      },
      transport: eventTransport,
      logger: Log.to({ write: (line) => lines.push(line) }),
    });
    address = await startListening(app);
    app.get(Clock).now = () => NOW;
  });

  afterAll(async () => {
    await app.close();
    await issuer.stop();
    await proxy.stop();
    await database.drop();
  });

  async function aTracked(status: RequestStatusChanged = aStatus()): Promise<string> {
    await app.get(Transaction).run((work) => app.get(ProjectSnapshots).handle([status], work));
    return status.receiptNumber;
  }

  let household = 0;
  async function post(fields: Record<string, string>, headers: Record<string, string> = {}) {
    const answer = await fetch(`${address}/v1/track/page`, {
      method: 'POST',
      headers: { 'x-forwarded-for': `10.2.0.${(household += 1)}`, ...headers },
      body: new URLSearchParams(fields),
    });
    return { status: answer.status, headers: answer.headers, html: await answer.text() };
  }

  const look = (receiptNumber: string, queryCode = CODE, headers: Record<string, string> = {}) =>
    post({ receiptNumber, queryCode }, headers);

  it('holds the status in the language asked for, and takes its style from us alone', async () => {
    const receipt = await aTracked();
    const chinese = await look(receipt.toLowerCase(), ' abcd-2345 ');
    expect(chinese.status).toBe(200);
    expect(chinese.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(chinese.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/);
    expect(chinese.headers.get('cache-control')).toBe('no-store');
    expect(chinese.html).toMatch(/^<!doctype html><html lang="zh-CN">.*<\/html>$/);
    for (const text of ['济南供水', '2026年5月27日', '欧阳**', receipt, '/applicant/applicant.css'])
      expect(chinese.html).toContain(text);
    const english = await look(receipt, CODE, { 'accept-language': 'en' });
    expect(english.html).toContain('<html lang="en">');
    const words = english.html.replace(/<button[^>]*lang="zh-CN".*?<\/button>|欧阳/g, '');
    expect(words).not.toMatch(/\p{Script=Han}/u);
    const asked = await post({ receiptNumber: receipt, queryCode: CODE, language: 'en' });
    expect(asked.headers.get('content-language')).toBe('en');
  });

  it('says on top what the applicant must do, and by when', async () => {
    const correction = {
      id: '01980000-0000-7000-8000-000000000001',
      items: ['PROPERTY_CERT'],
      deadline: '2026-05-22',
    };
    const job = aJob('water', { state: 'waiting', delivered: true, correction, holder: 'applicant' });
    const { html } = await look(await aTracked(aStatus({ jobs: [job, aJob('gas')] })));
    expect(html.indexOf('不动产权证书')).toBeLessThan(html.indexOf('各专业进度'));
    expect(html).toContain('请于2026年5月22日前完成');
  });

  it('holds a wrong code and an unknown receipt for the same, with the form again and the code nowhere', async () => {
    const receipt = await aTracked();
    const wrong = await look(receipt, 'WRONG234');
    const unknown = await look(receipt.replace('A', 'B'), 'WRONG234');
    expect([wrong.status, unknown.status]).toEqual([404, 404]);
    expect(wrong.html).toContain('没有找到该办件，请您核对受理编号和查询码。');
    expect(wrong.html).toContain(`value="${receipt}"`);
    expect(wrong.html).not.toContain('WRONG234');
    const without = (html: string) => html.replace(/LB[\dA-Z-]+/g, '');
    expect(without(wrong.html)).toBe(without(unknown.html));
  });

  it('marks what was not filled in', async () => {
    const { status, html } = await post({ receiptNumber: '', queryCode: ' ' });
    expect(status).toBe(422);
    expect(html).toContain('请填写受理编号。');
    expect(html).toContain('aria-invalid="true"');
  });

  it('is the empty form in the language that was chosen', async () => {
    const { status, html } = await post({ language: 'en' });
    expect(status).toBe(200);
    expect(html).toContain('<html lang="en">');
    expect(html).not.toContain('error-summary');
    const read = await fetch(`${address}/v1/track/page`, { headers: { 'accept-language': 'en' } });
    expect([read.status, await read.text()]).toEqual([200, html]);
  });

  it('refuses who guesses too often, as a page', async () => {
    const receipt = await aTracked();
    const home = { 'x-forwarded-for': '10.3.0.1' };
    for (let i = 0; i < 10; i++) await look(receipt, 'WRONG234', home);
    const refused = await look(receipt, CODE, home);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(refused.html).toContain('查询码输错次数过多');
    expect(refused.html).toContain('<form');
  });

  it.each([XSS, 'javascript:alert(1)'])('shows %s as text, wherever it stands', async (text) => {
    const documents = [{ kind: 'plan' as const, name: text, url: 'javascript:alert(1)' }];
    const job = aJob('water', { delivered: true, reference: text, documents });
    const receipt = await aTracked(aStatus({ jobs: [job], applicantMasked: text }));
    for (const { html } of [await look(receipt), await look(text), await look(text, text)]) {
      expect(html).not.toMatch(/<(script|img)|href="javascript/);
      expect(html).toContain('</html>');
    }
  });

  it.each([{ language: 'fr' }, { receiptNumber: 'x', queryCode: 'y', colour: 'red' }])(
    'refuses %j, which no form of ours has',
    async (fields: object) => {
      const { status, html } = await post(fields as Record<string, string>);
      expect(status).toBe(422);
      expect(html).toContain('class="error-summary"');
    },
  );

  it('takes nothing but what a form posts', async () => {
    const json = await fetch(`${address}/v1/track/page`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    });
    expect(json.status).toBe(415);
    const elsewhere = await fetch(`${address}/v1/track/requests`, {
      method: 'POST',
      body: new URLSearchParams({ a: 'b' }),
    });
    expect(elsewhere.status).toBeGreaterThanOrEqual(404);
  });

  it('is a page while the database is away', async () => {
    const receipt = await aTracked();
    proxy.shut();
    const { status, html, headers } = await look(receipt);
    proxy.open();
    expect([status, headers.get('retry-after')]).toEqual([503, '2']);
    expect(html).toContain('系统繁忙，请稍后再试。');
    expect(html).toContain(`value="${receipt}"`);
  });

  it('leaves no code in the log', () => expect(lines.join('\n')).not.toContain(CODE));
});
