import {
  aRegistration,
  eventually,
  fillBoard,
  logIn,
  openBrowser,
  type Receipt,
  type RunningStack,
} from '@lianban/testing';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { Bench } from '../bench.js';
import { median, percentile } from '../report/percentiles.js';
import type { Finding, Goal } from './goal.js';

const LOADS = 10;
const CPU_SLOWDOWN = 4;
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};
const ROWS = 2_000;
const TINY_ROWS = 120;
const KEYS = 50;
const KEY_EVERY_MS = 30;
const WHEEL_PX = 400;

interface PageTimes {
  /** Of the list that was scrolled. */
  rows: number;
  /** Milliseconds, one a load. */
  loads: number[];
  /** Milliseconds, one a frame. */
  frames: number[];
  /** Milliseconds, one a key. */
  keys: number[];
}

/** What people wait for at a screen: an applicant's phone after the scan of the QR code, a clerk's list and form. */
export const web: Goal = {
  id: 'WEB',
  needs: [],
  async measure(bench) {
    const { value, spent } = await bench.measure('WEB pages in a browser', () =>
      bench.withStandalone((stack) => measurePages(bench, stack)),
    );
    return findings(value).map((finding) => ({ ...finding, disturbance: spent.disturbance }));
  },
};

const findings = ({ rows, loads, frames, keys }: PageTimes): Omit<Finding, 'disturbance'>[] => [
  {
    goal: 'WEB',
    text: `first status on slow 4G (1.6 Mbit/s, 150 ms), CPU × ${CPU_SLOWDOWN}, median of ${loads.length}`,
    figure: median(loads) / 1_000,
    unit: 's',
    bar: 1.5,
    stretch: 1,
    better: 'less',
    note: `slowest ${(Math.max(...loads) / 1_000).toFixed(2)} s; nothing was in the browser's cache`,
  },
  {
    goal: 'WEB',
    text: `frames while the hall's list of ${rows} requests is scrolled to its end, 95th percentile of ${frames.length}`,
    figure: percentile(frames, 0.95),
    unit: 'ms',
    bar: 34,
    stretch: 17,
    better: 'less',
    note: `slowest ${Math.max(...frames).toFixed(0)} ms; the browser draws without a graphics card`,
  },
  {
    goal: 'WEB',
    text: `keys in the form of five utilities, ${KEYS} at ${KEY_EVERY_MS} ms: the slowest until it was painted`,
    figure: Math.max(...keys),
    unit: 'ms',
    bar: 50,
    better: 'less',
    note: `median ${median(keys).toFixed(0)} ms of ${keys.length}`,
  },
];

async function measurePages(bench: Bench, stack: RunningStack): Promise<PageTimes> {
  const receipt = await stack.register(aRegistration('water', 'electricity', 'gas', 'heat', 'telecom'));
  await eventually(async () => {
    if ((await stack.track(receipt)).phase !== 'ended') throw new Error('not ended yet');
  }, 60_000);
  const rows = bench.workload.isTiny ? TINY_ROWS : ROWS;
  await fillBoard(stack, 'zhangdian', rows);
  const browser = await openBrowser();
  try {
    const loads = [];
    for (let load = 0; load < bench.workload.times(LOADS); load++)
      loads.push(await firstStatus(browser, stack, receipt));
    return {
      rows,
      loads,
      frames: await framesOfScrolling(browser, stack, rows),
      keys: await keysOfForm(browser, stack),
    };
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

async function openDesk(browser: Browser, stack: RunningStack, path: string, account: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  const page = await context.newPage();
  await logIn(page, stack, path, account);
  return page;
}

/** Scrolls by wheel, as fast as the list loads what follows, until every row was reached. */
async function framesOfScrolling(browser: Browser, stack: RunningStack, rows: number): Promise<number[]> {
  const page = await openDesk(browser, stack, '/counter/requests', 'clerk-zhangdian');
  await page.goto(`${stack.url}/staff/counter/requests?phase=all`);
  await page.locator('.ant-table-row').first().waitFor();
  await page.locator('.ant-table-tbody-virtual-holder').hover();
  await page.evaluate(RECORD_FRAMES);
  const count = page.locator('.requests-count');
  await eventually(async () => {
    await page.mouse.wheel(0, WHEEL_PX);
    if (!(await count.innerText()).includes(String(rows))) throw new Error('there is more');
  }, 120_000);
  const frames = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames);
  await page.context().close();
  return frames;
}

async function keysOfForm(browser: Browser, stack: RunningStack): Promise<number[]> {
  const page = await openDesk(browser, stack, '/counter', 'clerk-zhangdian');
  await page.locator('#matter').fill('联动过户');
  await page.keyboard.press('Enter');
  await page.locator('#parts_telecom_fields_carrier').waitFor();
  await page.locator('#address_text').focus();
  await page.evaluate(RECORD_KEYS);
  await page.keyboard.type('1'.repeat(KEYS), { delay: KEY_EVERY_MS });
  const keys = () => page.evaluate(() => (globalThis as unknown as { keys: number[] }).keys);
  await eventually(async () => {
    if ((await keys()).length < KEYS) throw new Error('not all were painted yet');
  });
  const measured = await keys();
  await page.context().close();
  return measured;
}

/** Runs in the page: the time of the frame after the one that has all parts. */
const RECORD_FIRST_STATUS = `
  const observer = new MutationObserver(() => {
    if (document.querySelectorAll('.parcel').length < 5) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => (window.firstStatus = performance.now())));
  });
  observer.observe(document, { childList: true, subtree: true });`;

const RECORD_FRAMES = `
  window.frames = [];
  let last = performance.now();
  requestAnimationFrame(function next(now) {
    window.frames.push(now - last);
    last = now;
    requestAnimationFrame(next);
  });`;

/** From the key until its letter was painted. */
const RECORD_KEYS = `
  window.keys = [];
  document.addEventListener(
    'keydown',
    ({ timeStamp }) =>
      requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - timeStamp))),
    { capture: true },
  );`;
