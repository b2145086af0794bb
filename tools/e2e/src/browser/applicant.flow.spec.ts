import { aRegistration, eventually, type Receipt } from '@lianban/testing';
import type { Page } from 'playwright-core';
import {
  BrowserStories,
  intercept,
  seriousFindings,
  seriousFindingsWithoutScripts,
  WIDTHS,
  type View,
} from './test-browser.js';
import { LANGUAGES, type Language } from './words.js';

const FIVE = ['water', 'electricity', 'gas', 'heat', 'telecom'] as const;
const XSS = `<img src=x onerror="document.title='taken'">`;
const RARE = '𠮷田䶮';
const VIEWS = LANGUAGES.flatMap((language) =>
  Object.values(WIDTHS).flatMap((width) =>
    [true, false].map((javaScriptEnabled) => ({ language, width, javaScriptEnabled })),
  ),
);
const WORDS: Record<Language, Record<'yourTurn' | 'parts' | 'notFound' | 'submit' | 'ended', string>> = {
  'zh-CN': {
    yourTurn: '现在需要您办理',
    parts: '各专业进度',
    notFound: '没有找到该办件',
    submit: '查询',
    ended: '全部办成',
  },
  en: {
    yourTurn: 'It is your turn',
    parts: 'Progress of each utility',
    notFound: 'There is no such request',
    submit: 'Show the status',
    ended: 'Everything was done',
  },
};

describe("the applicant's page in a browser", () => {
  const stories = new BrowserStories();
  /** Its gas company asks for a correction. */
  let waiting: Receipt;
  beforeAll(async () => {
    waiting = await aWaitingRequest();
  });

  async function open(path = '/applicant/', view: View = {}): Promise<Page> {
    const page = await stories.openPage({ width: WIDTHS.phone, ...view });
    await page.goto(stories.stack.url + path);
    return page;
  }

  const scan = ({ receiptNumber, queryCode }: Receipt, view: View = {}) =>
    open(`/applicant/#${receiptNumber}.${queryCode}`, view);

  async function fillIn(
    page: Page,
    { receiptNumber, queryCode }: Pick<Receipt, 'receiptNumber' | 'queryCode'>,
  ) {
    await page.locator('#receiptNumber').fill(receiptNumber.toLowerCase());
    await page.locator('#queryCode').fill(` ${queryCode.toLowerCase()}`);
    await page.locator('.look-up [type=submit]').click();
  }

  const register = (name = RARE): Promise<Receipt> => {
    const form = aRegistration(...FIVE);
    form.applicant.name = name;
    return stories.stack.register(form);
  };

  async function aWaitingRequest(items = ['PROPERTY_CERT', 'fields.appliances']): Promise<Receipt> {
    const fault = { outcome: 'ask-correction', reason: 'material-unclear', items };
    await stories.stack.simulator('PUT', '/providers/jinan-gas', fault);
    const receipt = await register();
    await eventually(
      async () => expect((await stories.stack.track(receipt)).attention).toBe('applicant'),
      60_000,
    );
    await stories.stack.simulator('PUT', '/providers/jinan-gas', { outcome: 'complete' });
    return receipt;
  }

  const findingsOf = (page: Page, hasScripts: boolean) =>
    hasScripts ? seriousFindings(page) : seriousFindingsWithoutScripts(stories.browser, page);
  const showsHeading = (page: Page, name: string) =>
    page.getByRole('heading', { name, exact: true }).waitFor({ timeout: 60_000 });
  const isTooWide = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

  it.each(VIEWS)('shows what to do first and each part, %j', async (view) => {
    const { language, javaScriptEnabled } = view;
    const words = WORDS[language];
    const page = javaScriptEnabled ? await scan(waiting, view) : await open('/applicant/', view);
    if (!javaScriptEnabled) {
      if (language === 'en') await page.locator('.language button').click();
      await fillIn(page, waiting);
    }
    await showsHeading(page, words.yourTurn);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    const titles = await page.locator('h2').allTextContents();
    expect(titles.slice(0, 3)).toEqual([words.yourTurn, expect.anything(), words.parts]);
    expect(await page.locator('.parcel').count()).toBe(5);
    expect(await isTooWide(page)).toBe(false);
    expect(await findingsOf(page, javaScriptEnabled)).toEqual([]);
    expect(page.url()).not.toContain(waiting.queryCode);
  });

  it.each(LANGUAGES)(
    'asks for the receipt, refuses a wrong code, and stands on 320 px, in %s',
    async (language) => {
      for (const javaScriptEnabled of [true, false]) {
        const page = await open('/applicant/', { language, width: 320, javaScriptEnabled });
        if (!javaScriptEnabled && language === 'en') await page.locator('.language button').click();
        expect(await page.locator('.look-up [type=submit]').textContent()).toBe(WORDS[language].submit);
        expect(await findingsOf(page, javaScriptEnabled)).toEqual([]);
        await fillIn(page, { receiptNumber: waiting.receiptNumber, queryCode: 'WRONG234' });
        await page.getByText(WORDS[language].notFound).waitFor();
        expect(await isTooWide(page)).toBe(false);
        expect(await findingsOf(page, javaScriptEnabled)).toEqual([]);
      }
    },
  );

  it('takes the code out of the address and keeps it for this tab alone', async () => {
    const page = await scan(waiting);
    await page.locator('.parcel').first().waitFor();
    expect(page.url()).toBe(`${stories.stack.url}/applicant/`);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(waiting.queryCode);
    await page.reload();
    await page.locator('.parcel').first().waitFor();
    await page.getByRole('button', { name: '查询其他办件' }).click();
    await page.locator('#receiptNumber').waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('puts the focus on what is wrong, and marks it', async () => {
    const page = await open();
    await page.locator('.look-up [type=submit]').click();
    await page.locator('.error-summary:focus').waitFor();
    expect(await page.locator('[aria-invalid=true]').count()).toBe(2);
    await page.locator('.error-summary a').last().click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('queryCode');
  });

  it('remembers large type, and changes the language of what it shows', async () => {
    const page = await scan(waiting, { width: 320 });
    await page.getByRole('button', { name: '大字版' }).click();
    await page.reload();
    await page.locator('.large-type .parcel').first().waitFor();
    expect(await isTooWide(page)).toBe(false);
    await page.getByRole('button', { name: 'English' }).click();
    await showsHeading(page, WORDS.en.yourTurn);
    expect(await page.locator('.parcel__provider').allTextContents()).toContain('Jinan Gas');
  });

  it('lets the applicant answer a correction, and shows what comes of it without a reload', async () => {
    const receipt = await aWaitingRequest();
    const page = await open('/applicant/');
    // Where answers are taken, nothing is known of the correction yet.
    await intercept(page, '**/corrections/*', (route) => route.fulfill({ status: 404, body: '{}' }), 1);
    await fillIn(page, receipt);
    await page.getByRole('button', { name: '提交补正' }).click();
    await page.locator('.answer .error-summary:focus').waitFor();
    await page.getByLabel('我有电子证照').check();
    await page.getByLabel('电子证照编号').fill('370102-2026-0001');
    await page.getByLabel('燃气具数量').fill('３');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '提交补正' }).click();
    await page.getByRole('button', { name: '返回修改' }).click();
    await page.getByRole('button', { name: '提交补正' }).click();
    await page.getByRole('button', { name: '确认提交' }).click();
    await page.getByText('您的补正已提交').waitFor();
    await page.getByText(WORDS['zh-CN'].ended).first().waitFor({ timeout: 60_000 });
    expect(await page.locator('.tag--done').count()).toBe(5);
    expect(await page.getByText('您的补正已提交').count()).toBe(1);
    expect(await page.getByText('进度会自动更新').count()).toBe(0);
  });

  it('says that paper is brought to the counter, and takes it for nothing before', async () => {
    const page = await scan(await aWaitingRequest(['PROPERTY_CERT']));
    await page.getByText('工作人员收到原件后').waitFor();
    await page.getByRole('button', { name: '提交补正' }).click();
    await page.getByText('需携带原件的，请到受理大厅提交').waitFor();
  });

  it('shows what it last knew while there is no network, and goes on by itself', async () => {
    await stories.stack.simulator('PUT', '/providers/jinan-water', { outcome: 'hold', reason: 'permit' });
    const receipt = await register();
    const page = await scan(receipt);
    await page.locator('.parcel--waiting').waitFor({ timeout: 60_000 });
    // Nothing more is under way to the page, or it would rightly say that it hears again.
    await page.locator('.tag--done').nth(3).waitFor({ timeout: 60_000 });
    await page.context().setOffline(true);
    await page.locator('.banner--offline').waitFor();
    expect(await page.locator('.parcel').count()).toBe(5);
    await stories.stack.simulator('PUT', '/providers/jinan-water', { outcome: 'complete' });
    await eventually(async () => expect((await stories.stack.track(receipt)).phase).toBe('ended'), 60_000);
    await page.context().setOffline(false);
    await page.getByText(WORDS['zh-CN'].ended).first().waitFor({ timeout: 60_000 });
    await page.locator('.banner--offline').waitFor({ state: 'detached' });
  });

  it('has a lost code sent to the phone on record, and says the same for every number', async () => {
    const receipt = await register();
    const page = await open();
    await page.getByText('查询码遗失了？').click();
    const said = async (receiptNumber: string) => {
      await page.locator('#lostReceiptNumber').fill(receiptNumber);
      const answer = page.waitForResponse('**/lost-code');
      await page.getByRole('button', { name: '重新发送查询码' }).click();
      const { text } = (await (await answer).json()) as { text: string };
      await page.locator('.lost-code .notice', { hasText: text }).waitFor();
      return text;
    };
    expect(await seriousFindings(page)).toEqual([]);
    expect(await said(receipt.receiptNumber)).toBe(await said('LB370102-20260511-J-99999-A'));
    await eventually(async () => {
      const texts = await stories.stack.simulator<{ text: string }[]>('GET', '/sms');
      expect(texts.some(({ text }) => text.includes(`查询码为${receipt.queryCode}`))).toBe(true);
    }, 60_000);
    await fillIn(page, receipt);
    await page.locator('.parcel').first().waitFor();
  });

  it('shows whatever stands in a status as text', async () => {
    const page = await open();
    await page.route('**/v1/track/**', async (route) => {
      if (route.request().url().endsWith('/events')) return route.abort();
      const answer = await route.fetch();
      const text = JSON.stringify(await answer.json(), (key, value: unknown) =>
        typeof value === 'string' && /name|text|applicant|reference/i.test(key) ? XSS : value,
      );
      return route.fulfill({ response: answer, body: text });
    });
    await fillIn(page, waiting);
    await page.locator('.parcel').first().waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('办件进度');
    expect(await page.locator('.parcel__provider').first().textContent()).toBe(XSS);
  });

  it('says that it cannot be reached, and tries again when asked', async () => {
    const page = await open();
    const letThrough = await intercept(page, '**/v1/track/**', (route) => route.abort());
    await fillIn(page, waiting);
    await page.getByText('暂时无法连接').waitFor();
    letThrough();
    await page.getByRole('button', { name: '重试' }).click();
    await page.locator('.parcel').first().waitFor();
  });

  it('shows a name of rare characters, masked', async () => {
    const page = await scan(await register('䶮𠮷'));
    await page.locator('.summary-list--request').waitFor();
    expect(await page.locator('.summary-list--request').textContent()).toContain('䶮*');
  });
});
