import { readFile } from 'node:fs/promises';
import { loadCatalogue, shanghaiDate } from '@lianban/catalogue';
import { aRegistration, eventually, type Receipt } from '@lianban/testing';
import type { Locator, Page } from 'playwright-core';
import {
  BrowserStories,
  intercept,
  letPass,
  logInAgain,
  seriousFindings,
  VIEWS,
  whatKeepsOut,
  WIDTHS,
  type View,
} from './test-browser.js';
import { LANGUAGES, wordsOf } from './words.js';

const OFFICER = 'officer-zibo-heat';
const LEAD = 'lead-zibo-heat';
const catalogue = loadCatalogue();
const JOBS = '/v1/workbench/heat/jobs';
/** The page looks for what is new every 5 s, and tells every 10 s who looks. */
const LOOKS_AGAIN_S = 5;
const TELLS_AGAIN_S = 10;
const OWN_CLOCK = { hasOwnClock: true };
const XSS = `<img src=x onerror="document.title='taken'">`;

describe('the workbench in a browser', () => {
  const stories = new BrowserStories();
  const open = (path: string, account = OFFICER, view: View = {}) => stories.openAs(account, path, view);

  const jobOf = ({ requestId }: Receipt) =>
    stories.stack.as<{ job: object; acts: object[] }>(OFFICER, 'GET', `${JOBS}/${requestId}`);

  /** A job that is in the pool. */
  async function placed(text = '淄川区样例路1号'): Promise<Receipt> {
    const form = aRegistration('heat');
    const address = { ...form.address, district: '370302', text };
    const receipt = await stories.stack.register({
      ...form,
      matter: 'HEAT_NEW',
      address,
      consent: ['zibo-heat'],
    });
    await eventually(() => jobOf(receipt));
    return receipt;
  }

  const perform = ({ requestId }: Receipt, action: string, account = OFFICER, body: object = {}) =>
    stories.stack.as(account, 'POST', `${JOBS}/${requestId}/${action}`, body);
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const offered = (page: Page, name: string, group = '可办操作') =>
    page.getByRole('group', { name: group }).getByRole('button', { name, exact: true });
  const dialog = (page: Page) => page.getByRole('dialog');
  /** Confirms an act in its drawer; by mouse, for the drawer takes the focus when it has opened and a key could be lost. */
  const confirm = async (page: Page, name: string) => {
    await dialog(page).getByRole('button', { name }).click();
    await dialog(page).waitFor({ state: 'hidden' });
  };
  const choose = async (page: Page, label: string, option: string) => {
    await dialog(page).getByLabel(label, { exact: true }).click();
    await page.locator('.ant-select-item-option', { hasText: option }).first().click();
  };

  /** From then on, until the function that it gives is called, the page hears nothing of an address, nor what was on its way. */
  const cutOff = async (page: Page, address: string) => {
    const isCut = page.waitForEvent(
      'requestfailed',
      (request) => request.failure()?.errorText === 'net::ERR_FAILED',
    );
    const letThrough = await intercept(page, address, (route) => route.abort());
    await letPass(page, LOOKS_AGAIN_S);
    await isCut;
    return letThrough;
  };

  it.each(VIEWS)(
    'takes a job from the pool, through its acts to its end, and goes on with the next, %j',
    async ({ language, width }) => {
      const t = wordsOf('workbench', language);
      const [receipt, next] = [await placed(), await placed()];
      const page = await open('/workbench', OFFICER, { language, width });
      const press = (target: Locator) => (width === WIDTHS.desk ? target.press('Enter') : target.tap());
      const act = (action: 'claim' | 'accept' | 'stage' | 'complete') =>
        press(offered(page, t(`action.${action}`), t('actions')));
      await page.getByRole('link', { name: next.receiptNumber }).waitFor();
      await press(page.getByRole('link', { name: receipt.receiptNumber }));
      await page.getByRole('heading', { name: receipt.receiptNumber }).waitFor();
      await act('claim');
      await act('accept');
      await dialog(page).getByLabel(t('field.reference'), { exact: true }).fill('H-2026-1');
      await confirm(page, t('confirm.accept'));
      await act('stage');
      const [, stage] = catalogue.stages('HEAT_NEW', 'heat', shanghaiDate(new Date()));
      await choose(page, t('field.stage'), stage!.name[language]);
      await confirm(page, t('confirm.stage'));
      await page.getByText(t('history.stage', { officer: OFFICER })).waitFor();
      await page.getByText('H-2026-1').waitFor();
      await act('complete');
      await dialog(page).getByText(t('final')).waitFor();
      await dialog(page)
        .getByRole('button', { name: t('confirm.complete') })
        .click();
      await page.getByRole('heading', { name: receipt.receiptNumber }).waitFor({ state: 'detached' });
      await page.getByRole('group', { name: t('actions') }).waitFor();
      expect((await jobOf(receipt)).job).toMatchObject({ state: 'completed' });
    },
  );

  it('never writes ready words over typed ones unasked, and marks what the API refuses', async () => {
    const receipt = await placed();
    await perform(receipt, 'claim');
    const page = await open(`/workbench/${receipt.requestId}`);
    await offered(page, '请申请人补正').click();
    await dialog(page).getByRole('button', { name: '发出补正通知' }).click();
    await dialog(page).getByText('请至少选择一项').waitFor();
    const remark = dialog(page).getByLabel('说明', { exact: true });
    await remark.fill(`自己的话 ${XSS}`);
    await choose(page, '常用语', '材料不清晰');
    await page.getByRole('button', { name: '保留' }).click();
    expect(await remark.inputValue()).toBe(`自己的话 ${XSS}`);
    await choose(page, '常用语', '材料不清晰');
    await page.getByRole('button', { name: '替换' }).click();
    expect(await remark.inputValue()).toContain('材料影像不清晰');
    await remark.fill(`自己的话 ${XSS}`);
    await dialog(page).getByLabel('居民身份证', { exact: true }).check();
    await dialog(page).getByLabel('期限', { exact: true }).fill('20200102');
    await dialog(page).getByRole('button', { name: '发出补正通知' }).click();
    await dialog(page).getByText('期限应在下一个工作日至一年之内').waitFor();
    expect(await dialog(page).getByLabel('期限', { exact: true }).inputValue()).toBe('2020-01-02');
    await dialog(page).getByLabel('期限', { exact: true }).fill('');
    await dialog(page).getByRole('button', { name: '发出补正通知' }).click();
    await dialog(page).waitFor({ state: 'hidden' });
    await page.goto(`${stories.stack.url}/staff/workbench/${receipt.requestId}`);
    await page.getByText(`自己的话 ${XSS}`).waitFor();
    await page.getByText('已请申请人补正：居民身份证').waitFor();
    expect(await page.title()).not.toBe('taken');
  });

  it('lets two officers on one job see each other, and only one of them act', async () => {
    const receipt = await placed('样例路 9 号 &lt;b&gt;');
    const [officer, lead] = [
      await open(`/workbench/${receipt.requestId}`, OFFICER, OWN_CLOCK),
      await open(`/workbench/${receipt.requestId}`, LEAD, OWN_CLOCK),
    ];
    await letPass(officer, TELLS_AGAIN_S);
    await officer.getByText('lead-zibo-heat 也正在查看本件。').waitFor();
    await lead.getByText('officer-zibo-heat 也正在查看本件。').waitFor();
    // What she sees is a moment old: her colleague has claimed it by then.
    const letThrough = await cutOff(officer, `**${JOBS}/*`);
    await offered(lead, '领取').click();
    await offered(lead, '受理').waitFor();
    await offered(officer, '领取').click();
    await officer.getByText('该子办件由同事办理中。').first().waitFor();
    letThrough();
    await letPass(officer, LOOKS_AGAIN_S);
    await officer.getByText('本件由同事 lead-zibo-heat 办理中。').waitFor();
    await offered(officer, '领取').waitFor({ state: 'detached' });
    await officer.getByText('样例路 9 号 &lt;b&gt;').waitFor();
    await offered(lead, '改派').click();
    await dialog(lead).getByLabel('同事账号').fill(OFFICER);
    await dialog(lead).getByRole('button', { name: '改派' }).click();
    await dialog(lead).waitFor({ state: 'hidden' });
    await letPass(officer, LOOKS_AGAIN_S);
    await offered(officer, '受理').waitFor();
  });

  it('claims several at once and says in the API’s words which a colleague has', async () => {
    const [mine, theirs] = [await placed(), await placed()];
    const page = await open('/workbench', OFFICER, OWN_CLOCK);
    for (const { receiptNumber } of [mine, theirs])
      await page.getByRole('checkbox', { name: receiptNumber }).check();
    const letThrough = await cutOff(page, `**${JOBS}?*`);
    await perform(theirs, 'claim', LEAD);
    await button(page, '领取所选（2）').click();
    await page.getByText('有 1 件未能领取').waitFor();
    await page.getByText('该子办件由同事办理中。').waitFor();
    letThrough();
    await letPass(page, LOOKS_AGAIN_S);
    await page.getByRole('tab', { name: '我的在办' }).click();
    await page.getByRole('link', { name: mine.receiptNumber }).waitFor();
    expect(page.url()).toContain('scope=mine');
    await page.reload();
    await page.getByRole('link', { name: mine.receiptNumber }).waitFor();
  });

  it('saves the list as a file, and finds a receipt whatever its state', async () => {
    const receipt = await placed();
    const page = await open('/workbench');
    const saving = page.waitForEvent('download');
    await button(page, '导出表格').click();
    const file = await readFile(await (await saving).path());
    expect(file.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(file.toString('utf8')).toContain(receipt.receiptNumber);
    await perform(receipt, 'claim');
    await perform(receipt, 'complete');
    await page.getByLabel('完整的受理编号').fill(receipt.receiptNumber.toLowerCase().replaceAll('-', ''));
    await page.keyboard.press('Enter');
    await page.getByText('已办结').filter({ visible: true }).waitFor();
    await page.getByLabel('完整的受理编号').fill(XSS);
    await page.keyboard.press('Enter');
    await page.getByText('本单位没有这个受理编号的子办件。').waitFor();
    expect(await page.title()).not.toBe('taken');
  });

  it('goes on with an act in whose middle the session ended', async () => {
    const receipt = await placed();
    await perform(receipt, 'claim');
    const page = await open(`/workbench/${receipt.requestId}`);
    await offered(page, '暂停').click();
    await choose(page, '原因', '待行政审批');
    await dialog(page).getByLabel('说明', { exact: true }).fill('掘路许可');
    await intercept(page, '**/hold', (route) => route.fulfill({ status: 401, body: '{}' }), 1);
    const letThrough = await intercept(page, '**/token', (route) => route.abort());
    await dialog(page).getByRole('button', { name: '暂停' }).click();
    await page.getByText('登录已过期').waitFor();
    letThrough();
    await logInAgain(page);
    await dialog(page).waitFor({ state: 'hidden' });
    const { acts } = await jobOf(receipt);
    expect(acts).toMatchObject([{ act: 'hold', said: { reason: 'permit', text: '掘路许可' } }]);
  });

  it('shows whole document numbers for a reason alone, and keeps it', async () => {
    const { requestId } = await placed();
    const page = await open(`/workbench/${requestId}`, OFFICER, { language: 'en' });
    await page.getByText('3701**********0016').waitFor();
    await page.getByRole('button', { name: 'Show whole document numbers' }).click();
    await button(page, 'Show').click();
    await page.getByText('Please say why.').waitFor();
    await dialog(page).getByLabel('Reason').fill(`check ${XSS}`);
    await button(page, 'Show').click();
    await page.getByText('370102199003070016').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('officer-zibo-heat looked at whole document numbers').waitFor();
    await page.getByText(`check ${XSS}`).waitFor();
    expect(await page.title()).not.toBe('taken');
  });

  it('shows the exchange with a provider’s own system as it stands, and offers nothing there', async () => {
    const t = wordsOf('workbench', 'zh-CN');
    const provider = (faults: object) => stories.stack.simulator('PUT', '/providers/zibo-water', faults);
    await provider({ down: true, outcome: 'accept' });
    const form = aRegistration('water');
    const { receiptNumber } = await stories.stack.register({
      ...form,
      matter: 'WATER_NEW',
      address: { ...form.address, district: '370302' },
      consent: ['zibo-water'],
    });
    const page = await open('/workbench?scope=all', 'officer-zibo-water');
    await page.getByText(t('ownSystem')).waitFor();
    await page.getByRole('link', { name: receiptNumber }).click();
    const exchange = page.getByRole('region', { name: t('exchange.title') });
    const entry = (text: string) => exchange.getByRole('button').filter({ hasText: text });
    await page.getByText(t('noActions')).waitFor();
    await entry(t('kind.place')).click();
    await eventually(async () =>
      expect(await exchange.innerText()).toMatch(
        new RegExp(`${t('exchange.tries')}\\s*[1-9]\\d*\\s*${t('exchange.error')}\\s*\\S+`),
      ),
    );
    await provider({ down: false });
    await entry(`${t('kind.place')}: ${t('delivery.delivered')}`).waitFor({ timeout: 60_000 });
    await entry(t('exchange.report')).click();
    const report = JSON.parse(await exchange.locator('pre').innerText()) as object;
    expect(report).toMatchObject({ state: 'accepted', reference: expect.any(String) });
    expect(await seriousFindings(page)).toEqual([]);
    await provider({ outcome: 'complete' });
  });

  it('says when the service is away, and shows what it knew', async () => {
    const { receiptNumber } = await placed();
    const page = await open('/workbench', OFFICER, OWN_CLOCK);
    await page.getByRole('link', { name: receiptNumber }).waitFor();
    const letThrough = await intercept(page, '**/v1/workbench/**', (route) => route.abort());
    const saysAway = (times: number) =>
      eventually(async () => {
        await letPass(page, LOOKS_AGAIN_S);
        expect(await page.getByText('暂时连接不上服务').count()).toBe(times);
      });
    await saysAway(1);
    await page.getByRole('link', { name: receiptNumber }).waitFor();
    letThrough();
    await saysAway(0);
  });

  it('gives a job to the provider whose it is, asks once, and says what failed though its list gets no answer', async () => {
    const receipt = await placed();
    await perform(receipt, 'claim');
    const page = await open(`/workbench/${receipt.requestId}?scope=mine`);
    await offered(page, '非本单位业务').click();
    await dialog(page).getByText('提交后不能撤销').waitFor();
    const materials = (await page.getByRole('region', { name: '申请材料' }).boundingBox())!;
    const form = (await page.getByRole('region', { name: '申请信息' }).boundingBox())!;
    expect(materials.y).toBe(form.y);
    expect(materials.x + materials.width).toBeLessThanOrEqual(WIDTHS.desk - 520);
    await dialog(page).getByRole('button', { name: '转办' }).click();
    await dialog(page).getByText('请填写此项。').first().waitFor();
    await choose(page, '应承办单位', '济南供热');
    await choose(page, '原因', '不属于该单位服务范围');
    await dialog(page).getByLabel('说明', { exact: true }).fill('历下区的房屋');
    await intercept(page, '**/not-ours', (route) => route.abort(), 1);
    await intercept(page, `**${JOBS}?*`, () => {}, 1);
    await dialog(page).getByRole('button', { name: '转办' }).click();
    await dialog(page).getByText('暂时连接不上服务').waitFor();
    expect(await jobOf(receipt)).toMatchObject({
      job: { state: 'held', reason: 'not-ours', holder: 'hall' },
    });
    await dialog(page).getByRole('button', { name: '转办' }).click();
    await page.getByRole('heading', { name: receipt.receiptNumber }).waitFor({ state: 'detached' });
    await page.goto(`${stories.stack.url}/staff/workbench/${receipt.requestId}`);
    await page.getByText('本件现由济南供热承办。').waitFor();
    await page.getByText('目前没有您可办的操作。').waitFor();
    await page.goto(`${stories.stack.url}/staff/workbench?scope=all`);
    await page.getByRole('button', { name: '导出表格' }).waitFor();
    await page.locator('.ant-table-row, .ant-table-placeholder').first().waitFor();
    expect(await page.getByRole('link', { name: receipt.receiptNumber }).count()).toBe(0);
    await eventually(async () =>
      expect((await stories.stack.track(receipt)).parts).toMatchObject([
        { provider: { name: expect.stringContaining('济南') } },
      ]),
    );
  });

  describe.each(LANGUAGES)('in %s', (language) => {
    it.each(Object.values(WIDTHS))(
      'keeps nobody out at %d pixels, and needs no scrolling aside',
      async (width) => {
        const receipt = await placed();
        await perform(receipt, 'claim');
        const page = await open('/workbench?scope=all', OFFICER, { language, width });
        await page.getByRole('link', { name: receipt.receiptNumber }).waitFor();
        const found: Record<string, string[]> = {};
        const look = async (what: string) => {
          await page.mouse.move(0, 0);
          const faults = await whatKeepsOut(page);
          if (faults.length > 0) found[what] = faults;
        };
        await look('list');
        await page.goto(`${stories.stack.url}/staff/workbench/${receipt.requestId}`);
        const actions = page.getByRole('group').first().getByRole('button');
        await actions.first().waitFor();
        await look('job');
        if ((language === 'en') !== (width === WIDTHS.phone)) return expect(found).toEqual({});
        for (const action of await actions.all()) {
          await action.click();
          await dialog(page).waitFor();
          await look(await action.innerText());
          await dialog(page)
            .getByRole('button', { name: /取消|Cancel/ })
            .click();
          await dialog(page).waitFor({ state: 'hidden' });
        }
        expect(found).toEqual({});
      },
    );
  });
});
