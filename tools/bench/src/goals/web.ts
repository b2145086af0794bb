import { eventually, aRegistration, openBrowser, type Receipt, type RunningStack } from '@lianban/testing';
import type { Browser, CDPSession } from 'playwright-core';
import type { Bench } from '../bench.js';
import { median } from '../report/percentiles.js';
import type { Goal } from './goal.js';

const LOADS = 10;
const CPU_SLOWDOWN = 4;
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};

/** What an applicant's phone waits for: from the scan of the QR code until the parts are on the screen. */
export const web: Goal = {
  id: 'WEB',
  needs: [],
  async measure(bench) {
    const { value, spent } = await bench.measure('WEB first status on a slow phone', () =>
      bench.withStandalone((stack) => loads(bench, stack)),
    );
    return [
      {
        goal: 'WEB',
        text: `first status on slow 4G (1.6 Mbit/s, 150 ms), CPU × ${CPU_SLOWDOWN}, median of ${value.length}`,
        figure: median(value) / 1_000,
        unit: 's',
        bar: 1.5,
        stretch: 1,
        better: 'less',
        disturbance: spent.disturbance,
        note: `slowest ${(Math.max(...value) / 1_000).toFixed(2)} s; nothing was in the browser's cache`,
      },
    ];
  },
};

async function loads(bench: Bench, stack: RunningStack): Promise<number[]> {
  const receipt = await stack.register(aRegistration('water', 'electricity', 'gas', 'heat', 'telecom'));
  await eventually(async () => {
    if ((await stack.track(receipt)).phase !== 'ended') throw new Error('not ended yet');
  }, 60_000);
  const browser = await openBrowser();
  try {
    const times = [];
    for (let load = 0; load < bench.workload.times(LOADS); load++)
      times.push(await firstStatus(browser, stack, receipt));
    return times;
  } finally {
    await browser.close();
  }
}

/** Milliseconds from the navigation until five parts were painted. */
async function firstStatus(browser: Browser, stack: RunningStack, receipt: Receipt): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 }, locale: 'zh-CN' });
  const page = await context.newPage();
  await slowDown(await context.newCDPSession(page));
  await page.addInitScript(RECORD_FIRST_STATUS);
  await page.goto(`${stack.url}/applicant/#${receipt.receiptNumber}.${receipt.queryCode}`);
  const shown = await page.waitForFunction(() => (globalThis as { firstStatus?: number }).firstStatus);
  const milliseconds = (await shown.jsonValue()) as number;
  await context.close();
  return milliseconds;
}

async function slowDown(session: CDPSession): Promise<void> {
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
}

/** Runs in the page: the time of the frame after the one that has all parts. */
const RECORD_FIRST_STATUS = `
  const observer = new MutationObserver(() => {
    if (document.querySelectorAll('.parcel').length < 5) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => (window.firstStatus = performance.now())));
  });
  observer.observe(document, { childList: true, subtree: true });`;
