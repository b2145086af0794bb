import { loadCatalogue, shanghaiDate } from '@lianban/catalogue';
import { aRegistration, eventually, fillBoard } from '@lianban/testing';
import type { Page } from 'playwright-core';
import { Finger, Keyboard } from './hands.js';
import { readQr } from './read-qr.js';
import { registerByKeyboard } from './register-by-keyboard.js';
import {
  BrowserStories,
  intercept,
  logInAgain,
  VIEWS,
  whatKeepsOut,
  WIDTHS,
  type View,
} from './test-browser.js';
import { LANGUAGES, wordsOf, type Language } from './words.js';

const XSS = `<img src=x onerror="document.title='taken'">`;
/** Fictional numbers with right check digits, one for each view, so that no registration repeats another. */
const NUMBERS = ['370102198001010015', '370102198001010031', '370102198001010058', '370102198001010074'];
const APPLICANTS = VIEWS.map((view, place) => ({ ...view, documentNumber: NUMBERS[place]! }));
const catalogue = loadCatalogue();

describe('the counter in a browser', () => {
  const stories = new BrowserStories();
  const open = (path: string, view: View = {}, account = 'clerk-lixia') =>
    stories.openAs(account, path, view);

  const registered = () =>
    stories.stack.as<{ requests: { receiptNumber: string; applicant: string }[] }>(
      'clerk-lixia',
      'GET',
      '/v1/track/requests?order=newest',
    );

  it('registers five utilities by keyboard alone, with at most sixty keys beside the values, and prints the receipt', async () => {
    const page = await open('/counter');
    const keys = await registerByKeyboard(page, {
      name: '𠮷田䶮',
      documentNumber: '370102199003070016',
      address: '泉城路 1 号',
    });
    await page.waitForURL(/\/receipts\//);
    expect(keys).toBeLessThanOrEqual(60);
    await page.getByRole('img', { name: '查询二维码' }).waitFor();
    const text = await page.locator('article').innerText();
    expect(text).toContain('济南');
    await eventually(async () => {
      const [newest] = (await registered()).requests;
      expect(text).toContain(newest!.receiptNumber);
      expect(newest!.applicant).toBe('𠮷**');
    });
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 4).toString()).toBe('%PDF');
  });

  /** Fills in and sends a transfer of water and gas: by keys alone at a desk, by touch on a narrow screen. */
  async function registerTransfer(
    page: Page,
    { language, width, documentNumber }: (typeof APPLICANTS)[number],
  ): Promise<void> {
    const t = wordsOf('counter', language);
    const hand = width === WIDTHS.desk ? new Keyboard(page) : new Finger(page);
    const group = (name: string) => page.getByRole('group', { name, exact: true });
    const field = (name: string) => page.getByLabel(name, { exact: true });
    const matter = catalogue.matter('JOINT_TRANSFER', shanghaiDate(new Date()))!;
    await hand.choose(field(t('matter.matter')), matter.name[language]);
    for (const utility of ['electricity', 'heat', 'telecom'] as const)
      await hand.tick(page.getByRole('checkbox', { name: t(`utility.${utility}`), exact: true }));
    const ofNotices = t(language === 'en' ? 'matter.english' : 'matter.chinese');
    await hand.pick(page.getByRole('radiogroup').filter({ hasText: ofNotices }), ofNotices);
    await hand.write(field(t('person.name')), '𠮷田䶮');
    await hand.write(field(t('person.documentNumber')), documentNumber);
    await hand.write(field(t('person.phone')), '13800138000');
    await hand.choose(field(t('address.district')), 'lxq');
    await hand.write(field(t('address.text')), `经十路 ${documentNumber.slice(-4)} 号`);
    const account = catalogue.field('accountNumber')!.label[language];
    for (const [utility, number] of [
      ['water', '10020030'],
      ['gas', '2003004005'],
    ] as const)
      await hand.write(group(t(`utility.${utility}`)).getByLabel(account, { exact: true }), number);
    await hand.press(page.getByRole('button', { name: t('materials.allOnPaper') }));
    const providers = providerNames(language).join(t('summary.and'));
    await hand.tick(page.getByRole('checkbox', { name: t('summary.consent', { providers }), exact: true }));
    await hand.press(page.getByRole('button', { name: t('register.submit') }));
  }

  const providerNames = (language: Language) =>
    ['jinan-water', 'jinan-gas'].map((id) => catalogue.provider(id)!.name[language]);

  it.each(APPLICANTS)(
    'registers two utilities, prints the receipt, whose QR code a phone can read, and opens the request, %j',
    async (applicant) => {
      const { language } = applicant;
      const t = wordsOf('counter', language);
      const page = await open('/counter', applicant);
      await registerTransfer(page, applicant);
      await page.getByRole('heading', { name: t('receipt.title'), exact: true }).waitFor();
      const receiptNumber = page.url().split('/').at(-1)!;
      const receipt = page.getByRole('article');
      const text = await receipt.innerText();
      for (const shown of [receiptNumber, ...providerNames(language)]) expect(text).toContain(shown);
      const printed = page.evaluate(() => new Promise<void>((resolve) => (window.print = resolve)));
      await page.getByRole('button', { name: t('receipt.print') }).press('Enter');
      await printed;

      await page.emulateMedia({ media: 'print' });
      const [address, ...others] = await readQr(
        await page.getByRole('img', { name: t('receipt.qr') }).screenshot(),
      );
      expect(others).toEqual([]);
      expect(address).toContain(`${stories.stack.url}/applicant/#${receiptNumber}.`);
      const phone = await stories.openPage({ width: WIDTHS.phone, language });
      await phone.goto(address!);
      await phone.getByText(receiptNumber).first().waitFor();
      for (const name of providerNames(language)) await phone.getByText(name).first().waitFor();

      await page.emulateMedia({ media: 'screen' });
      // Tracking has not heard of it yet.
      let looks = 0;
      await page.route(`**/v1/track/requests/${receiptNumber}`, (route) =>
        ++looks === 1
          ? route.fulfill({ status: 404, json: { status: 404, code: 'not-found', title: '' } })
          : route.continue(),
      );
      await page.getByRole('link', { name: t('receipt.toRequest') }).press('Enter');
      await page.waitForURL(`**/counter/requests/${receiptNumber}`);
      await page.getByRole('heading', { level: 1, name: receiptNumber }).waitFor();
      for (const name of providerNames(language)) await page.getByText(name).first().waitFor();
      await page.getByText('10020030').waitFor();
    },
  );

  it('judges while typing in the words of the API, and finds the field that is wrong when it is sent', async () => {
    const page = await open('/counter', { language: 'en' });
    await page.locator('#matter').fill('Water: transfer');
    await page.keyboard.press('Enter');
    await page.locator('#applicant_documentNumber').fill('370102199003070017');
    await page.getByText('The check digit of the document number is wrong.').waitFor();
    await page.locator('#applicant_phone').fill('12');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/To be corrected: \d+/).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toMatch(
      /^(applicant_name|applicant_documentNumber)$/,
    );
  });

  it('shows likely duplicates and wants a decision before it registers', async () => {
    const form = aRegistration('water');
    await stories.stack.simulator('PUT', '/providers/jinan-water', { down: true });
    const { receiptNumber } = await stories.stack.register(form);
    const page = await open('/counter', { language: 'en' });
    await page.locator('#applicant_documentNumber').fill(form.applicant.documentNumber);
    await page.locator('#matter').fill('Water: transfer');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: receiptNumber }).waitFor();
    await page.getByRole('button', { name: 'Not the same, go on' }).click();
    await page.getByText('You have said that it is not the same.').waitFor();
    await stories.stack.simulator('PUT', '/providers/jinan-water', { down: false });
  });

  it('keeps a draft through a reload and a lost network, holds it for one window, and registers it once', async () => {
    const page = await open('/counter');
    await page.locator('#matter').waitFor();
    await page.locator('#applicant_name').fill('草稿人');
    await page.getByRole('button', { name: '新登记' }).waitFor();
    const other = await stories.openBeside(page.context());
    await other.goto(`${stories.stack.url}/staff/counter`);
    await other.getByText('草稿人').waitFor();
    await other.getByRole('button', { name: '继续' }).click();
    await other.getByText('这份草稿正在另一个窗口中填写').waitFor();
    await other.close();
    await page.reload();
    await page.getByRole('button', { name: '继续' }).click();
    await page.locator('#applicant_name').and(page.locator('[value="草稿人"]')).waitFor();

    await page.locator('#matter').focus();
    await page.locator('#applicant_name').fill('');
    await page.locator('#matter').focus();
    // The answer to the registration is lost: the network goes away once it was sent.
    const letThrough = await intercept(page, '**/v1/requests', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await registerByKeyboard(page, {
      name: '草稿人',
      documentNumber: '370303198511200027',
      address: '泉城路 2 号',
    });
    await page.getByText('同一份登记只会受理一次').waitFor();
    letThrough();
    // By the button, or by itself where that was sooner.
    const again = page.getByRole('button', { name: '重试' }).click();
    await Promise.all([page.waitForURL(/\/receipts\//), again.catch(() => {})]);
    const receipt = await page.locator('article').innerText();
    await eventually(async () => {
      const { requests } = await registered();
      const his = requests.filter(({ applicant }) => applicant === '草**');
      expect(his.map(({ receiptNumber }) => receipt.includes(receiptNumber))).toEqual([true]);
    });
  });

  it('goes on where the session ends in the middle of a form, after logging in again in another window', async () => {
    const page = await open('/counter');
    const letThrough = await intercept(page, '**/token', (route) => route.abort());
    await intercept(page, '**/v1/counter/check', (route) => route.fulfill({ status: 401, body: '{}' }), 1);
    await page.locator('#applicant_name').fill('会话人');
    await page.locator('#matter').fill('用水过户');
    await page.keyboard.press('Enter');
    await page.getByText('登录已过期').waitFor();
    letThrough();
    await logInAgain(page);
    expect(await page.locator('#applicant_name').inputValue()).toBe('会话人');
  });

  it('changes in one browser what another has open, and shows what people typed as text', async () => {
    await stories.stack.simulator('PUT', '/providers/jinan-water', { outcome: 'hold', reason: 'permit' });
    const form = aRegistration('water');
    const { receiptNumber } = await stories.stack.register({
      ...form,
      address: { ...form.address, text: '样例路 9 号 &lt;b&gt;' },
    });
    const [one, two] = [await open(`/counter/requests/${receiptNumber}`), await open('/counter/requests')];
    await two.getByRole('link', { name: receiptNumber }).waitFor();
    await one.getByText('样例路 9 号 &lt;b&gt;').waitFor();
    await stories.stack.simulator('PUT', '/providers/jinan-water', { outcome: 'complete' });
    await one.getByText('已办成').first().waitFor();
    await two.getByRole('link', { name: receiptNumber }).waitFor({ state: 'detached' });
    expect(await one.title()).not.toBe('taken');
  });

  it.each([`${XSS} x`, '"><script>document.title="taken"</script>'])(
    'refuses or shows %s, and runs nothing',
    async (text) => {
      const page = await open('/counter/requests');
      await page.getByRole('searchbox').fill(text);
      await page.getByText('没有找到符合的办件。').waitFor();
      expect(await page.title()).toBe('联办');
    },
  );

  it('reaches each of 2,000 requests by scrolling, and draws only those that are seen', async () => {
    const receipt = await stories.stack.register(aRegistration('water'));
    await eventually(() => stories.stack.track(receipt));
    await fillBoard(stories.stack, 'zhangdian', 2000);
    const page = await open('/counter/requests?phase=all', {}, 'clerk-zhangdian');
    const rows = page.locator('.ant-table-row');
    await rows.first().waitFor();
    const list = page.locator('.ant-table-tbody-virtual-holder');
    await list.hover();
    await eventually(async () => {
      await page.mouse.wheel(0, 100_000);
      expect(await page.locator('.requests-count').innerText()).toContain('已显示 2000 件。');
    }, 60_000);
    expect(await rows.count()).toBeLessThan(100);
  });

  it('takes a day that is typed without separators', async () => {
    const page = await open('/counter');
    await page.locator('#matter').fill('联合报装');
    await page.keyboard.press('Enter');
    const material = page.locator('.registration-material', { hasText: '不动产权证书' });
    await material.getByText('容缺后补').click();
    const day = material.getByLabel('承诺补交日期');
    await day.pressSequentially('20261204');
    await page.keyboard.press('Tab');
    expect(await day.inputValue()).toBe('2026-12-04');
  });

  it('looks for nothing while an input method composes', async () => {
    const page = await open('/counter/requests');
    let searches = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/counter/search')) searches += 1;
    });
    await page.getByRole('searchbox').focus();
    const keyboard = await page.context().newCDPSession(page);
    const lookedFor = page.waitForRequest('**/v1/counter/search');
    for (const text of ['ou', 'ouy', 'ouyang'])
      await keyboard.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
    await keyboard.send('Input.insertText', { text: '欧阳' });
    await lookedFor;
    expect(searches).toBe(1);
    expect(page.url()).toContain(`q=${encodeURIComponent('欧阳')}`);
  });

  it('withdraws what still runs, after it has said what that means', async () => {
    await stories.stack.simulator('PUT', '/providers/jinan-gas', { down: true });
    const { receiptNumber } = await stories.stack.register(aRegistration('gas'));
    const page = await open(`/counter/requests/${receiptNumber}`, { language: 'en' });
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('A withdrawal cannot be taken back').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('The withdrawal is asked for').waitFor();
    await stories.stack.simulator('PUT', '/providers/jinan-gas', { down: false });
  });

  it("prints a receipt in the applicant's language, whatever the clerk's is", async () => {
    const { receiptNumber } = await stories.stack.register({ ...aRegistration('water'), language: 'en' });
    const page = await open(`/counter/requests/${receiptNumber}`);
    await page.getByRole('button', { name: '补发查询码' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '补发' }).click();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(await page.locator('article').innerText()).toContain('Jinan Water');
    await page.getByRole('button', { name: '打印' }).waitFor();
  });

  it('shows a whole document number for a reason alone', async () => {
    const { receiptNumber } = await stories.stack.register(aRegistration('water'));
    const page = await open(`/counter/requests/${receiptNumber}`, { language: 'en' });
    await page.getByText('3701**********0016').waitFor();
    await page.getByRole('button', { name: 'Show the whole number' }).click();
    await page.getByLabel('Why you need the whole number').fill('the applicant asks');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('370102199003070016').waitFor();
  });

  it('lists who gets no text messages, and records a call', async () => {
    const form = aRegistration('water');
    await stories.stack.register({ ...form, applicant: { ...form.applicant, phone: '0531-86012345' } });
    const page = await open('/counter/calls');
    await page.getByText('0531-86012345').first().waitFor();
    await page.getByRole('button', { name: '无人接听' }).first().click();
    await page.getByText('clerk-lixia: 无人接听').first().waitFor();
  });

  describe.each(LANGUAGES)('in %s', (language) => {
    it.each(Object.values(WIDTHS))(
      'keeps nobody out at %d pixels, and needs no scrolling aside',
      async (width) => {
        const { receiptNumber } = await stories.stack.register(aRegistration('water', 'gas'));
        const page = await open('/counter', { language, width });
        await page.locator('#matter').waitFor();
        const found: Record<string, string[]> = {};
        const look = async (path: string) => {
          await page.locator('h1').waitFor();
          const faults = await whatKeepsOut(page);
          if (faults.length > 0) found[path] = faults;
        };
        for (const path of ['/counter', '/counter/requests', '/counter/calls']) {
          const link = page.locator(`.page-menu [href$="${path}"]`);
          await link.click();
          await link.and(page.locator('[aria-current]')).waitFor();
          await look(path);
        }
        const path = `/counter/requests/${receiptNumber}`;
        await page.goto(`${stories.stack.url}/staff${path}`);
        await look(path);
        expect(found).toEqual({});
      },
    );
  });
});
