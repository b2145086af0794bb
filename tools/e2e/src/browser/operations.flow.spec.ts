import { aRegistration, eventually, NOTICE_OF_2027 } from '@lianban/testing';
import type { Page } from 'playwright-core';
import { BrowserStories, seriousFindings, VIEWS, WIDTHS, type View } from './test-browser.js';
import { LANGUAGES, wordsOf } from './words.js';

/** One for each view, so that the trace of one is not taken for another's. */
const PROVIDERS = ['jinan-water', 'zibo-water', 'linyi-water', 'heze-water'];
const PAUSED = VIEWS.map((view, place) => ({ ...view, provider: PROVIDERS[place]! }));
const TABS = ['flow', 'providers', 'operations', 'messages', 'findings', 'notices', 'calendar', 'acts'];

describe('the operations page in a browser', () => {
  const stories = new BrowserStories({ DELIVERY_MAX_TRIES: '1', CALL_TIMEOUT_MS: '2000' });
  const open = (tab: string, view: View = {}) => stories.openAs('operator', `/operations?tab=${tab}`, view);

  const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text }).first();
  const confirm = (page: Page) => page.getByRole('dialog').getByRole('button', { name: '确定' }).click();

  it('shows what flows and waits, and keeps showing it while one service is away', async () => {
    await stories.stack.register(aRegistration('water', 'gas'));
    const page = await open('flow');
    await rowOf(page, '分派').getByRole('img', { name: '分派每秒处理消息的走势' }).waitFor();
    await page.getByText('登记与变更：每秒').waitFor();
    await page.route('**/v1/ops/tracking/**', (route) => route.abort());
    await page.getByText('查询没有应答').waitFor();
    await rowOf(page, '分派').waitFor();
    await rowOf(page, '受理').getByRole('button', { name: '重发' }).click();
    await page.getByRole('dialog').getByText('不会重复通知任何人').waitFor();
    await confirm(page);
    await page.getByRole('link', { name: '操作记录' }).click();
    await rowOf(page, 'republish').getByText('operator', { exact: true }).waitFor();
  });

  it.each(PAUSED)(
    'shows the flow, pauses a provider when asked again, keeps who did it, and resumes it, %j',
    async ({ language, width, provider }) => {
      const t = wordsOf('operations', language);
      const page = await open('flow', { language, width });
      const tab = (name: string) => page.getByRole('link', { name, exact: true }).click();
      const answer = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click();
      const trace = (act: string) =>
        page
          .getByRole('row')
          .filter({ hasText: `providers/:provider/${act}` })
          .filter({ hasText: provider })
          .getByText('operator', { exact: true })
          .waitFor();
      const service = t('service.routing');
      await rowOf(page, service)
        .getByRole('img', { name: t('flow.course', { service }) })
        .waitFor();

      await tab(t('tab.providers'));
      await page.getByText(t('provider.none')).waitFor();
      await page.getByRole('checkbox', { name: t('provider.all') }).check();
      await rowOf(page, provider)
        .getByRole('button', { name: t('pause.act') })
        .click();
      await page.getByRole('dialog', { name: t('pause.question', { provider }) }).waitFor();
      await answer(wordsOf('shell', language)('cancel'));
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await rowOf(page, provider)
        .getByRole('button', { name: t('pause.act') })
        .click();
      await answer(t('yes'));
      await rowOf(page, provider).getByText(t('provider.is.paused')).waitFor();
      await rowOf(page, provider)
        .getByText(t('provider.by', { operator: 'operator' }))
        .waitFor();
      await tab(t('tab.acts'));
      await trace('pause');

      await tab(t('tab.providers'));
      await rowOf(page, provider)
        .getByRole('button', { name: t('resume.act') })
        .click();
      await answer(t('yes'));
      await page.getByText(t('provider.none')).waitFor();
      await tab(t('tab.acts'));
      await trace('resume');
    },
  );

  it('says in the API’s words what cannot be done, and offers no list of a provider that has none', async () => {
    const page = await open('providers');
    await page.getByRole('checkbox', { name: '显示全部单位' }).check();
    await rowOf(page, 'jinan-water').waitFor();
    expect(await rowOf(page, 'jinan-water').getByRole('button', { name: '对账' }).count()).toBe(0);
    const listing = rowOf(page, 'zibo-water');
    await page.route('**/reconcile', (route) =>
      route.continue({ url: route.request().url().replace('zibo-water', 'nobody') }),
    );
    await listing.getByRole('button', { name: '对账' }).click();
    await confirm(page);
    await page.locator('.ant-message-error').waitFor();
    await page.unroute('**/reconcile');
    await listing.getByRole('button', { name: '对账' }).click();
    await confirm(page);
    await listing.getByText('列出').waitFor();
  });

  it('tries a parked operation again, or gives it up', async () => {
    await stories.stack.simulator('PUT', '/providers/jinan-gas', { down: true });
    const receipts = [
      await stories.stack.register(aRegistration('gas')),
      await stories.stack.register(aRegistration('gas')),
    ];
    const page = await open('operations');
    const rows = page.getByRole('row').filter({ hasText: 'jinan-gas' });
    await rows.nth(1).waitFor();
    await rows.first().getByRole('button', { name: '放弃' }).click();
    await page.getByRole('dialog').getByText('不能撤销').waitFor();
    await confirm(page);
    await rows.nth(1).waitFor({ state: 'detached' });
    await stories.stack.simulator('PUT', '/providers/jinan-gas', { down: false });
    await rows.first().getByRole('button', { name: '重试' }).click();
    await confirm(page);
    await page.getByText('没有停放的操作。').waitFor();
    await eventually(async () => {
      const ended = await Promise.all(receipts.map((receipt) => stories.stack.track(receipt)));
      expect(ended.map(({ outcome }) => outcome).toSorted()).toEqual(['completed', 'failed']);
    });
  });

  it('shows what a provider reported against its own word, until somebody has seen to it', async () => {
    const t = wordsOf('operations', 'zh-CN');
    await stories.stack.simulator('PUT', '/providers/zibo-water', { outcome: 'accept' });
    const form = aRegistration('water');
    const address = { ...form.address, district: '370302' };
    const consent = ['zibo-water'];
    const receipt = await stories.stack.register({ ...form, matter: 'WATER_NEW', address, consent });
    await eventually(async () =>
      expect((await stories.stack.track(receipt)).parts).toMatchObject([{ state: 'accepted' }]),
    );
    const reports = `/providers/zibo-water/placements/${receipt.requestId}:water:1/report`;
    await stories.stack.simulator('POST', reports, { state: 'in-progress', reference: 'ANOTHER' });
    const page = await open('findings');
    const finding = rowOf(page, t('finding.is.second-reference'));
    await finding.getByText('zibo-water').waitFor();
    await finding.getByText(receipt.requestId).waitFor();
    await finding.getByRole('button', { name: t('close.act') }).click();
    await page.getByRole('dialog').getByText(t('close.meaning')).waitFor();
    await confirm(page);
    await page.getByText(t('finding.none')).waitFor();
    await page.getByRole('link', { name: t('tab.acts') }).click();
    await rowOf(page, 'findings/:id/close').getByText('operator', { exact: true }).waitFor();
    await stories.stack.simulator('PUT', '/providers/zibo-water', { outcome: 'complete' });
  });

  it('shows what a year’s notice changes before it takes it to every service', async () => {
    const page = await open('calendar');
    await rowOf(page, '分派').getByText('2026-12-31').waitFor();
    await page.getByLabel('年份').fill('2027');
    await page.getByLabel('放假日').fill('99-99');
    await page.getByRole('button', { name: '查看差异' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByLabel('放假日').fill(NOTICE_OF_2027.off.join('，'));
    await page.getByLabel('调休上班日').fill(NOTICE_OF_2027.makeUp.join(' '));
    await page.getByRole('button', { name: '查看差异' }).click();
    await page.getByText('改为上班：2027-01-09').waitFor();
    await rowOf(page, '分派').getByText('2026-12-31').waitFor();
    await page.getByRole('button', { name: '导入全部服务' }).click();
    await confirm(page);
    for (const service of ['受理', '分派', '通知'])
      await rowOf(page, service).getByText('2027-12-31').waitFor();
  });

  it('shows a provider’s secrets by their age alone', async () => {
    const page = await open('providers');
    await page.getByRole('checkbox', { name: '显示全部单位' }).check();
    await rowOf(page, 'zibo-water').getByRole('button', { name: '密钥' }).click();
    const secrets = page.getByRole('dialog', { name: 'zibo-water 的密钥' });
    await secrets.getByText('最新', { exact: true }).waitFor();
    await secrets.getByText('不显示密钥本身').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('shows a text that reached nobody, and sends it again', async () => {
    const form = aRegistration('water');
    const applicant = { ...form.applicant, phone: '13900130000' };
    const { requestId } = await stories.stack.register({ ...form, applicant });
    const page = await open('notices');
    const failed = rowOf(page, requestId);
    await failed.getByText('139****0000').waitFor();
    await failed.getByText('no-such-number').waitFor();
    await page.getByText('没有暂不发送的通知。').waitFor();
    await failed.getByRole('button', { name: '重新发送' }).click();
    await page.getByRole('dialog').getByText('申请人只会收到一次').waitFor();
    await confirm(page);
    await page.getByRole('link', { name: '操作记录' }).click();
    await rowOf(page, 'notices/:id/retry').getByText('operator', { exact: true }).waitFor();
  });

  it('has tracking rebuilt by one act that asks once and leaves a trace', async () => {
    const page = await open('flow');
    const rebuild = page.getByRole('region', { name: '查询数据重建' });
    await rebuild.getByText('没有进行中的重建。').waitFor();
    await rebuild.getByRole('button', { name: '重建' }).click();
    await page.getByRole('dialog').getByText('申请人看到的内容不变').waitFor();
    await confirm(page);
    await rebuild.getByText('没有进行中的重建。').waitFor();
    await page.getByRole('link', { name: '操作记录' }).click();
    await rowOf(page, 'rebuild').getByText('operator', { exact: true }).waitFor();
  });

  describe.each(LANGUAGES)('in %s', (language) => {
    it.each(Object.values(WIDTHS))(
      'keeps nobody out at %d pixels, and needs no scrolling aside',
      async (width) => {
        const page = await open('flow', { language, width });
        const found: Record<string, unknown> = {};
        for (const tab of TABS) {
          await page.goto(`${stories.stack.url}/staff/operations?tab=${tab}`);
          await page.locator('.ant-table-row, .ant-table-placeholder').first().waitFor();
          await page.evaluate(() =>
            Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
          );
          const findings = await seriousFindings(page);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          if (findings.length > 0 || overflow > 0) found[tab] = { findings, overflow };
        }
        expect(found).toEqual({});
      },
    );
  });
});
