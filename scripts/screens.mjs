// npm run screens: starts Lianban in a folder of its own, does what the README tells a newcomer, and writes a picture of every page, in both
// languages and two widths, to docs/screens. Chinese needs a font that has it: on Debian `apt install fonts-noto-cjk`.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

const LANGUAGES = ['zh-CN', 'en'];
const WIDTHS = [375, 1440];
const PORT = 18700;
const url = `http://127.0.0.1:${PORT}`;
const issuerUrl = `http://127.0.0.1:${PORT + 1}`;
const simulatorUrl = `http://127.0.0.1:${PORT + 2}`;
const folder = join(root, 'docs/screens');

prepare();
const { chromium } = await import('playwright-core');
const { default: sparticuz } = await import('@sparticuz/chromium');
const data = mkdtempSync(join(tmpdir(), 'lianban-screens-'));
chmodSync(data, 0o755);
const stack = spawn(node, [join(root, 'apps/standalone/dist/main.js')], {
  env: {
    PATH: process.env.PATH,
    LIANBAN_DATA: data,
    SMS_HOURS: '0-24',
    DELIVERY_MAX_TRIES: '2',
    DELIVERY_FIRST_WAIT_MS: '200',
    ...Object.fromEntries(
      ['PORT', 'ISSUER_PORT', 'SIMULATOR_PORT', 'SIMULATOR_SFTP_PORT', 'POSTGRES_PORT'].map((name, place) => [
        name,
        String(PORT + place),
      ]),
    ),
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
await new Promise((resolve, reject) => {
  stack.stdout.on('data', (text) => String(text).includes('Lianban is ready') && resolve());
  stack.once('exit', (code) => reject(new Error(`Lianban ended with ${code}`)));
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? (await sparticuz.executablePath()),
  args: sparticuz.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote'),
});
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

try {
  const shown = await prepareRequests();
  for (const language of LANGUAGES) for (const width of WIDTHS) await takeAll(language, width, shown);
} finally {
  await browser.close();
  stack.kill('SIGINT');
  await new Promise((resolve) => stack.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}

async function takeAll(language, width, { receipt, heat, claimed, parked, waiting }) {
  const options = { viewport: { width, height: width < 600 ? 812 : 900 }, locale: language };
  const as = async (account, pages) => {
    const context = await browser.newContext({ ...options, timezoneId: 'Asia/Shanghai' });
    await context.addInitScript((chosen) => localStorage.setItem('lianban.language', chosen), language);
    const page = await context.newPage();
    await page.goto(`${url}/staff/`);
    await page.locator('[name=account]').fill(account);
    await page.locator('[name=secret]').fill('lianban-demo');
    await page.locator('button').click();
    await page.waitForURL(`${url}/staff/**`);
    for (const [name, path, act] of pages) {
      await page.goto(url + path);
      await page.locator('[role=main] > *').first().waitFor();
      await act?.(page);
      await take(page, `${name}-${language}-${width}`);
    }
    await context.close();
  };
  const keep = `sessionStorage.setItem('lianban.receipt.${receipt.receiptNumber}', ${JSON.stringify(JSON.stringify({ receipt, language: 'zh-CN' }))})`;
  await as('clerk-lixia', [
    ['counter-empty', '/staff/counter'],
    ['counter-form', '/staff/counter', fillForm],
    ['counter-requests', '/staff/counter/requests?phase=all'],
    ['counter-request', `/staff/counter/requests/${parked.receiptNumber}`],
    ['counter-request-waiting', `/staff/counter/requests/${waiting.receiptNumber}`],
    ['counter-calls', '/staff/counter/calls'],
    [
      'counter-receipt',
      `/staff/counter/receipts/${receipt.receiptNumber}`,
      async (page) => {
        await page.evaluate(keep);
        await page.reload();
        await page.locator('article').waitFor();
      },
    ],
  ]);
  await as('officer-zibo-heat', [
    ['workbench-list', '/staff/workbench'],
    ['workbench-job', `/staff/workbench/${heat.requestId}`],
    ['workbench-acts', `/staff/workbench/${claimed.requestId}`],
    [
      'workbench-correction',
      `/staff/workbench/${claimed.requestId}`,
      async (page) => {
        await page
          .getByRole('button', { name: language === 'en' ? 'Ask for a correction' : '请申请人补正' })
          .click();
        await page.getByRole('dialog').waitFor();
      },
    ],
  ]);
  await as(
    'operator',
    ['flow', 'providers', 'operations', 'messages', 'findings', 'notices', 'calendar', 'acts'].map((tab) => [
      `operations-${tab}`,
      `/staff/operations?tab=${tab}`,
    ]),
  );
  const context = await browser.newContext(options);
  await context.addInitScript((chosen) => localStorage.setItem('lianban.language', chosen), language);
  const page = await context.newPage();
  await page.goto(`${url}/applicant/`);
  await take(page, `applicant-form-${language}-${width}`);
  for (const [name, { receiptNumber, queryCode }] of [
    ['applicant-status', receipt],
    ['applicant-correction', waiting],
  ]) {
    await page.evaluate(() => sessionStorage.clear());
    await page.goto('about:blank');
    await page.goto(`${url}/applicant/#${receiptNumber}.${queryCode}`);
    await page.getByText(receiptNumber).first().waitFor();
    await take(page, `${name}-${language}-${width}`);
  }
  await context.close();
}

async function take(page, name) {
  // A page that follows a stream is never idle.
  await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
  await page.evaluate(() =>
    Promise.allSettled(globalThis.document.getAnimations().map(({ finished }) => finished)),
  );
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

async function fillForm(page) {
  await page
    .locator('#matter')
    .fill(/^zh/.test(await page.locator('html').getAttribute('lang')) ? '联动过户' : 'Joint transfer');
  await page.keyboard.press('Enter');
  await page.locator('#applicant_name').fill('𠮷田䶮');
  await page.locator('#applicant_documentNumber').fill('370102199003070017');
  await page.locator('#applicant_phone').fill('13800138000');
  await page.locator('#address_district').fill('lxq');
  await page.keyboard.press('Enter');
  await page.locator('#address_text').fill('泉城路 1 号');
  await page.locator('.promises').waitFor();
}

/**
 * One request that has ended, one that waits for a correction, one whose gas provider cannot be reached, two for a workbench, one applicant
 * without a mobile; a provider that was paused and resumed.
 */
async function prepareRequests() {
  const form = (name) => JSON.parse(readFileSync(join(root, `docs/examples/${name}.json`), 'utf8'));
  const registration = form('registration');
  const ended = await register('clerk-lixia', registration);
  await until(async () => (await track(ended)).phase === 'ended');
  await simulate('jinan-water', {
    outcome: 'ask-correction',
    reason: 'material-unclear',
    items: ['PROPERTY_CERT'],
  });
  const waiting = await register('clerk-lixia', registration);
  await until(async () => (await track(waiting)).attention === 'applicant');
  await simulate('jinan-water', { outcome: 'complete' });
  await simulate('jinan-gas', { failWith: 500 });
  const parked = await register('clerk-lixia', {
    ...registration,
    applicant: { ...registration.applicant, phone: '0531-86012345' },
  });
  const heat = await register('clerk-zhangdian', form('heat-transfer'));
  await until(
    async () =>
      (await track(parked)).parts?.find(({ utility }) => utility === 'gas')?.delivery.status === 'parked',
  );
  const claimed = await register('clerk-zhangdian', form('heat-transfer'));
  await until(() =>
    call('officer-zibo-heat', `/v1/workbench/heat/jobs/${claimed.requestId}/claim`).then(({ ok }) => ok),
  );
  for (const act of ['pause', 'resume'])
    await call('operator', `/v1/ops/adapter-water/providers/jinan-water/${act}`);
  return { receipt: ended, heat, claimed, parked, waiting };
}

async function until(holds) {
  for (let tries = 0; tries < 120; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the requests did not come as far as the pictures need');
}

async function token(account) {
  const answer = await fetch(`${issuerUrl}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${account}:lianban-demo`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return (await answer.json()).access_token;
}

async function call(account, path, body = {}) {
  return fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token(account)}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  });
}

async function register(account, form) {
  const answer = await call(account, '/v1/requests', form);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function track({ receiptNumber, queryCode }) {
  const answer = await fetch(`${url}/v1/track/${receiptNumber}`, { headers: { 'x-query-code': queryCode } });
  return answer.json();
}

function simulate(provider, faults) {
  return fetch(`${simulatorUrl}/control/providers/${provider}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
}
