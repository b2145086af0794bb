import { aRegistration, eventually, NOTICE_OF_2027 } from '@lianban/testing';
import type { Page } from 'playwright-core';
import { BrowserStories, LANGUAGES, seriousFindings, WIDTHS, type View } from './test-browser.js';

const TABS = ['flow', 'providers', 'operations', 'messages', 'findings', 'notices', 'calendar', 'acts'];

describe('the operations page in a browser', () => {
  const stories = new BrowserStories({ DELIVERY_MAX_TRIES: '1', CALL_TIMEOUT_MS: '500' });
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
    await page.getByText('已执行。').waitFor();
  });

  it('pauses a provider and resumes it, asks once each time, and keeps who did it', async () => {
    const page = await open('providers');
    await page.getByText('所有单位正常，没有积压。').waitFor();
    await page.getByRole('checkbox', { name: '显示全部单位' }).check();
    const provider = rowOf(page, 'jinan-water');
    await provider.getByRole('button', { name: '暂停' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await provider.getByRole('button', { name: '暂停' }).click();
    await confirm(page);
    await provider.getByText('已暂停').waitFor();
    await provider.getByText('操作人：operator').waitFor();
    await provider.getByRole('button', { name: '恢复' }).click();
    await confirm(page);
    await provider.getByText('正常').waitFor();
    await page.getByRole('link', { name: '操作记录' }).click();
    await rowOf(page, 'providers/:provider/pause').getByText('jinan-water').waitFor();
    await rowOf(page, 'providers/:provider/resume').getByText('operator', { exact: true }).waitFor();
  });

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
    await page.getByText('已执行。').waitFor();
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
    await page.getByText('已执行。').waitFor();
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
