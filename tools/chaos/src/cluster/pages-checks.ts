import { logIn, openBrowser } from '@lianban/testing';
import { row, type Check } from './check.js';

/** What the overlay names as the public address of the pages and of the issuer. */
const PORTS = { gateway: 8080, issuer: 8081 } as const;
const PAGES = { url: `http://127.0.0.1:${PORTS.gateway}` };
const PATIENCE_MS = 60_000;

/** A clerk logs in with a browser, registers a transfer of two utilities, and the applicant sees it end. */
export const servesPages: Check = async (cluster) => {
  const ends: (() => void)[] = [];
  const browser = await openBrowser();
  try {
    for (const [name, port] of Object.entries(PORTS))
      ends.push(await cluster.forward(`service/${name}`, port, port));
    return await throughPages(browser);
  } finally {
    await browser.close();
    for (const end of ends) end();
  }
};

async function throughPages(browser: Awaited<ReturnType<typeof openBrowser>>) {
  const page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const refused: string[] = [];
  page.on('pageerror', ({ message }) => refused.push(message));
  page.on('console', (line) => {
    if (/Content Security Policy/.test(line.text())) refused.push(line.text());
  });
  await logIn(page, PAGES, '/counter', 'clerk-lixia');
  const answered = page.waitForResponse(
    (response) => response.request().method() === 'POST' && response.url().endsWith('/v1/requests'),
  );
  await register(page);
  const { receiptNumber, queryCode } = (await (await answered).json()) as Record<string, string>;
  await page.goto(`${PAGES.url}/applicant/#${receiptNumber}.${queryCode}`);
  await page.getByText('全部办成').first().waitFor();
  return row(
    'pages',
    `a clerk logged in and registered, the applicant saw it end, ${refused.length} errors in the pages ${refused[0] ?? ''}`,
    'ended, 0',
    refused.length === 0,
  );
}

async function register(page: Parameters<typeof logIn>[0]): Promise<void> {
  const choose = async (field: string, typed: string): Promise<void> => {
    await page.locator(field).click();
    await page.keyboard.insertText(typed);
    await page.keyboard.press('Enter');
  };
  await choose('#matter', '联动过户');
  for (const utility of ['供电', '供热', '通信'])
    await page.getByRole('checkbox', { name: utility, exact: true }).uncheck();
  await page.locator('#applicant_name').fill('王磊');
  await page.locator('#applicant_documentNumber').fill('370102199003070016');
  await page.locator('#applicant_phone').fill('13800138000');
  await choose('#address_district', 'lxq');
  await page.locator('#address_text').fill('泉城路 1 号');
  await page.locator('#parts_water_fields_accountNumber').fill('10020030');
  await page.locator('#parts_gas_fields_accountNumber').fill('2003004005');
  await page.locator('#all-on-paper').click();
  await page.locator('#consented').check();
  await page.keyboard.press('Control+Enter');
}
