import { eventually, logIn, openBrowser, type RunningStack } from '@lianban/testing';
import type { Browser, Page } from 'playwright-core';
import { registerByKeyboard } from './register-by-keyboard.js';
import { intercept, openContext } from './test-browser.js';

/** What a clerk types, on a stack whose services are processes of their own. */
export function describeKilledWhileTyping(running: () => RunningStack): void {
  let stack: RunningStack;
  let browser: Browser;

  beforeAll(async () => {
    stack = running();
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const ends = (service: string) =>
    stack.lines.filter((line) => line.includes(`${service.padEnd(20)} ended (SIGKILL)`)).length;

  async function kill(service: string): Promise<void> {
    const before = ends(service);
    // It starts again after a pause.
    const pid = await eventually(() => {
      const started = stack.pidOf(service);
      process.kill(started, 0);
      return started;
    }, 60_000);
    process.kill(pid, 'SIGKILL');
    await eventually(() => expect(ends(service)).toBe(before + 1));
  }

  const registeredAs = async (applicant: string): Promise<number> => {
    const { requests } = await stack.as<{ requests: { applicant: string }[] }>(
      'clerk-lixia',
      'GET',
      '/v1/track/requests?order=newest',
    );
    return requests.filter((request) => request.applicant === applicant).length;
  };

  /** Kills intake in the moment in which a registration is on its way to it. */
  async function killAtRegistration(page: Page): Promise<void> {
    await intercept(page, '**/v1/requests', (route) => Promise.all([route.continue(), kill('intake')]), 1);
  }

  it('loses nothing typed and registers once, whether intake dies before, during or after it is sent', async () => {
    const page = await (await openContext(browser)).newPage();
    await logIn(page, stack, '/counter', 'clerk-lixia');
    await page.locator('#applicant_name').fill('先死');
    await kill('intake');
    await page.reload();
    await page.getByRole('button', { name: '继续' }).click();
    await page.locator('#applicant_name').and(page.locator('[value="先死"]')).waitFor();

    await killAtRegistration(page);
    await page.locator('#applicant_name').fill('');
    await page.locator('#matter').focus();
    await registerByKeyboard(page, {
      name: '中死',
      documentNumber: '370303198511200027',
      address: '泉城路 3 号',
    });
    await page.waitForURL(/\/receipts\//, { timeout: 90_000 });
    await kill('intake');
    await kill('tracking');
    await eventually(async () => expect(await registeredAs('中*')).toBe(1), 60_000);
    expect(await registeredAs('先*')).toBe(0);
  }, 240_000);
}
