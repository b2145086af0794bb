import { aRegistration, eventually, NOTICE_OF_2027 } from '@lianban/testing';
import type { Page } from 'playwright-core';
import {
  BrowserStories,
  intercept,
  seriousFindings,
  VIEWS,
  whatKeepsOut,
  WIDTHS,
  type View,
} from './test-browser.js';
import { LANGUAGES, wordsOf } from './words.js';

/** One for each view, so that the trace of one is not taken for another's. */
const PROVIDERS = ['jinan-water', 'zibo-water', 'linyi-water', 'heze-water'];
const PAUSED = VIEWS.map((view, place) => ({ ...view, provider: PROVIDERS[place]! }));
const TABS = ['flow', 'providers', 'operations', 'messages', 'findings', 'notices', 'calendar', 'acts'];

type Words = ReturnType<typeof wordsOf<'operations'>>;
const CHINESE = wordsOf('operations', 'zh-CN');

describe('the operations page in a browser', () => {
  const stories = new BrowserStories({ DELIVERY_MAX_TRIES: '1', CALL_TIMEOUT_MS: '5000' });
  const open = (tab: string, view: View = {}) => stories.openAs('operator', `/operations?tab=${tab}`, view);

  const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text }).first();
  const confirm = (page: Page, t = CHINESE) =>
    page
      .getByRole('dialog')
      .getByRole('button', { name: t('yes') })
      .click();
  const hasTrace = async (page: Page, act: Parameters<Words>[0], about: string, t = CHINESE) => {
    await page.getByRole('link', { name: t('tab.acts') }).click();
    await page
      .getByRole('row')
      .filter({ hasText: t(act) })
      .filter({ hasText: about })
      .first()
      .getByText('operator', { exact: true })
      .waitFor();
  };

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
    await hasTrace(page, 'trace.did.republish', '受理');
  });

  it.each(PAUSED)(
    'shows the flow, pauses a provider when asked again, keeps who did it, and resumes it, %j',
    async ({ language, width, provider }) => {
      const t = wordsOf('operations', language);
      const page = await open('flow', { language, width });
      const tab = (name: string) => page.getByRole('link', { name, exact: true }).click();
      const answer = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click();
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
      await hasTrace(page, 'trace.did.pause', provider, t);

      await tab(t('tab.providers'));
      await rowOf(page, provider)
        .getByRole('button', { name: t('resume.act') })
        .click();
      await answer(t('yes'));
      await page.getByText(t('provider.none')).waitFor();
      await hasTrace(page, 'trace.did.resume', provider, t);
    },
  );

  it('says in the API’s words what cannot be done, and offers no list of a provider that has none', async () => {
    const page = await open('providers');
    await page.getByRole('checkbox', { name: '显示全部单位' }).check();
    await rowOf(page, 'jinan-water').waitFor();
    expect(await rowOf(page, 'jinan-water').getByRole('button', { name: '对账' }).count()).toBe(0);
    const listing = rowOf(page, 'zibo-water');
    const letThrough = await intercept(page, '**/reconcile', (route) =>
      route.continue({ url: route.request().url().replace('zibo-water', 'nobody') }),
    );
    await listing.getByRole('button', { name: '对账' }).click();
    await confirm(page);
    await page.locator('.ant-message-error').waitFor();
    letThrough();
    await listing.getByRole('button', { name: '对账' }).click();
    await confirm(page);
    await listing.getByText('列出').waitFor();
  });

  it('tries a parked operation again, or gives it up, on a phone in English', async () => {
    const t = wordsOf('operations', 'en');
    await stories.stack.simulator('PUT', '/providers/jinan-gas', { down: true });
    const receipts = [
      await stories.stack.register(aRegistration('gas')),
      await stories.stack.register(aRegistration('gas')),
    ];
    const page = await open('operations', { language: 'en', width: WIDTHS.phone });
    const rows = page.getByRole('row').filter({ hasText: 'jinan-gas' });
    await rows.nth(1).waitFor();
    await rows
      .first()
      .getByRole('button', { name: t('giveUp.act') })
      .click();
    await page.getByRole('dialog').getByText(t('giveUp.meaning')).waitFor();
    await confirm(page, t);
    await rows.nth(1).waitFor({ state: 'detached' });
    await stories.stack.simulator('PUT', '/providers/jinan-gas', { down: false });
    await rows
      .first()
      .getByRole('button', { name: t('retry.act') })
      .click();
    await confirm(page, t);
    await page.getByText(t('operation.none')).waitFor();
    await eventually(async () => {
      const ended = await Promise.all(receipts.map((receipt) => stories.stack.track(receipt)));
      expect(ended.map(({ outcome }) => outcome).toSorted()).toEqual(['completed', 'failed']);
    }, 60_000);
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
    const page = await open('findings', { width: WIDTHS.phone });
    const finding = rowOf(page, t('finding.is.second-reference'));
    await finding.getByText('zibo-water').waitFor();
    await finding.getByText(receipt.requestId).waitFor();
    await finding.getByText('业务编号 ANOTHER 无法由系统撤销，请联系对方。').waitFor();
    await finding.getByRole('button', { name: t('close.act') }).click();
    await page.getByRole('dialog').getByText(t('close.meaning')).waitFor();
    await confirm(page);
    await page.getByText(t('finding.none')).waitFor();
    await hasTrace(page, 'trace.did.close-finding', '供水适配');
    await stories.stack.simulator('PUT', '/providers/zibo-water', { outcome: 'complete' });
  });

  it('shows what a year’s notice changes before it takes it to every service', async () => {
    const t = wordsOf('operations', 'en');
    const page = await open('calendar', { language: 'en' });
    await rowOf(page, t('service.routing')).getByText('2026-12-31').waitFor();
    await page.getByRole('spinbutton', { name: t('calendar.year') }).fill('2027');
    await page.getByRole('textbox', { name: t('calendar.off') }).fill('99-99');
    await page.getByRole('button', { name: t('calendar.check') }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByRole('textbox', { name: t('calendar.off') }).fill(NOTICE_OF_2027.off.join('，'));
    await page.getByRole('textbox', { name: t('calendar.makeUp') }).fill(NOTICE_OF_2027.makeUp.join(' '));
    await page.getByRole('button', { name: t('calendar.check') }).click();
    await page.getByText(t('calendar.nowWorked', { days: '2027-01-09' })).waitFor();
    await rowOf(page, t('service.routing')).getByText('2026-12-31').waitFor();
    await page.getByRole('button', { name: t('calendar.act') }).click();
    await confirm(page, t);
    for (const service of ['service.intake', 'service.routing', 'service.notification'] as const)
      await rowOf(page, t(service)).getByText('2027-12-31').waitFor();
  });

  it('shows a provider’s secrets by their age alone', async () => {
    const t = wordsOf('operations', 'en');
    const page = await open('providers', { language: 'en', width: WIDTHS.phone });
    await page.getByRole('checkbox', { name: t('provider.all') }).check();
    await rowOf(page, 'zibo-water')
      .getByRole('button', { name: t('secrets.show') })
      .click();
    const secrets = page.getByRole('dialog', { name: t('secrets.title', { provider: 'zibo-water' }) });
    await secrets.getByText(t('secrets.newest'), { exact: true }).waitFor();
    await secrets.getByText(t('secrets.hint')).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('shows a text that reached nobody, and sends it again', async () => {
    const t = wordsOf('operations', 'en');
    const form = aRegistration('water');
    const applicant = { ...form.applicant, phone: '13900130000' };
    // A later text about it would take the place of the one that is sent again.
    await stories.stack.simulator('PUT', '/providers/jinan-water', { takeAfterMs: 600_000 });
    const { requestId } = await stories.stack.register({ ...form, applicant });
    const page = await open('notices', { language: 'en' });
    const failed = rowOf(page, requestId);
    await failed.getByText('139****0000').waitFor();
    await failed.getByText('no-such-number').waitFor();
    await page.getByText(t('withheld.none')).waitFor();
    await failed.getByRole('button', { name: t('resend.act') }).click();
    await page.getByRole('dialog').getByText(t('resend.meaning')).waitFor();
    await confirm(page, t);
    await hasTrace(page, 'trace.did.resend-notice', t('service.notification'), t);
    await stories.stack.simulator('DELETE', '/faults');
  });

  it('has tracking rebuilt by one act that asks once and leaves a trace', async () => {
    const page = await open('flow', { width: WIDTHS.phone });
    const rebuild = page.getByRole('region', { name: '查询数据重建' });
    await rebuild.getByText('没有进行中的重建。').waitFor();
    await rebuild.getByRole('button', { name: '重建' }).click();
    await page.getByRole('dialog').getByText('申请人看到的内容不变').waitFor();
    await confirm(page);
    await rebuild.getByText('没有进行中的重建。').waitFor();
    await hasTrace(page, 'trace.did.rebuild', '查询');
  });

  describe.each(LANGUAGES)('in %s', (language) => {
    it.each(Object.values(WIDTHS))(
      'keeps nobody out at %d pixels, and needs no scrolling aside',
      async (width) => {
        const page = await open('flow', { language, width });
        const found: Record<string, string[]> = {};
        for (const tab of TABS) {
          const link = page.locator(`.tabs [href$="tab=${tab}"]`);
          await link.click();
          await link.and(page.locator('[aria-current]')).waitFor();
          await page.locator('.ant-table-row, .ant-table-placeholder').first().waitFor();
          const faults = await whatKeepsOut(page);
          if (faults.length > 0) found[tab] = faults;
        }
        expect(found).toEqual({});
      },
    );
  });
});
