import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { logIn, openBrowser, RunningStack } from '@lianban/testing';
import { LANGUAGES, wordsOf, type Language } from './words.js';

export const WIDTHS = { phone: 375, desk: 1440 } as const;
/** Both languages on a phone and on a desk. */
export const VIEWS = LANGUAGES.flatMap((language) =>
  Object.values(WIDTHS).map((width) => ({ language, width })),
);

export interface View {
  width?: number;
  language?: Language;
  javaScriptEnabled?: boolean;
  /** The pages go by a clock that the story may set forward, so that it need not wait until they look again by themselves. */
  hasOwnClock?: boolean;
}

/** Lets so many seconds pass for a page whose clock is its own. */
export const letPass = (page: Page, seconds: number): Promise<void> =>
  page.clock.fastForward(seconds * 1_000);

/** What a page did that it must not: errors, and refusals of its content security policy. */
class PageFaults {
  readonly found: string[] = [];

  watch(page: Page): void {
    page.on('pageerror', ({ message }) => this.found.push(message));
    page.on('console', (message) => {
      const isExpected = /Failed to load resource|net::ERR_/.test(message.text());
      if (message.type() === 'error' && !isExpected) this.found.push(message.text());
    });
  }
}

/** A window of its own, in one language and width. */
export async function openContext(
  browser: Browser,
  { width = WIDTHS.desk, language = 'zh-CN', javaScriptEnabled = true, hasOwnClock = false }: View = {},
): Promise<BrowserContext> {
  const isNarrow = width < 600;
  const context = await browser.newContext({
    viewport: { width, height: isNarrow ? 812 : 1000 },
    hasTouch: isNarrow,
    // Else a click goes by what is still moving.
    reducedMotion: 'reduce',
    locale: language,
    timezoneId: 'Asia/Shanghai',
    javaScriptEnabled,
  });
  if (hasOwnClock) await context.clock.install();
  if (javaScriptEnabled)
    await context.addInitScript(
      (chosen) => window.localStorage.setItem('lianban.language', chosen),
      language,
    );
  return context;
}

/**
 * Answers what a page asks for at an address, so many times or until the function that it gives is called. The route itself stays:
 * Chromium never ends a request that is on its way while the last route is taken away.
 */
export async function intercept(
  page: Page,
  address: string,
  answer: (route: Route) => unknown,
  times = Infinity,
): Promise<() => void> {
  let left = times;
  await page.route(address, (route) => (left-- > 0 ? answer(route) : route.fallback()));
  return () => void (left = 0);
}

/** Logs in again, as the page asks for, in a window that closes by itself. */
export async function logInAgain(page: Page): Promise<void> {
  const t = wordsOf('shell', 'zh-CN');
  const popup = page.waitForEvent('popup');
  await page.getByRole('button', { name: t('logInAgain') }).click();
  await popup;
  await page.getByText(t('loggedOut')).waitFor({ state: 'hidden' });
}

/** The same of a page that runs no scripts, and so not axe either: of what it holds, in a window that does. */
export async function seriousFindingsWithoutScripts(browser: Browser, page: Page): Promise<string[]> {
  const html = (await page.content()).replace(/<script[^]*?<\/script>/g, '');
  const context = await browser.newContext({ viewport: page.viewportSize() });
  const copy = await context.newPage();
  const address = new URL('/applicant/copy', page.url()).href;
  await copy.route(address, (route) =>
    route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' }),
  );
  await copy.goto(address);
  const findings = await seriousFindings(copy);
  await context.close();
  return findings;
}

/** What keeps people out of a page as it is now: serious findings of axe, and a width that needs scrolling aside. */
export async function whatKeepsOut(page: Page): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  const findings = await seriousFindings(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return overflow > 0 ? [...findings, `${overflow} px too wide`] : findings;
}

/** Findings of axe that keep people out, as sentences. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'], resultTypes: ['violations'] })
    // In one go, without a page of its own for the end: no page of ours has frames.
    .setLegacyMode(true)
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html)
          .join(' | ')
          .slice(0, 400)}`,
    );
}

/**
 * A system and a browser for the stories of one page, from the first story to the last; each story has windows of its own. A story
 * fails where a page of it did what a page must not.
 */
export class BrowserStories {
  stack!: RunningStack;
  browser!: Browser;
  private readonly faults = new PageFaults();
  private readonly contexts: BrowserContext[] = [];

  /** `env`: settings of the system. */
  constructor(env: Record<string, string> = {}) {
    beforeAll(async () => {
      [this.stack, this.browser] = await Promise.all([RunningStack.start('standalone', env), openBrowser()]);
    });
    afterAll(async () => {
      await this.browser.close();
      await this.stack.stop();
    });
    afterEach(async () => {
      await Promise.all(this.contexts.splice(0).map((context) => context.close()));
      expect(this.faults.found.splice(0)).toEqual([]);
    });
  }

  /** An empty page in a window of its own. */
  async openPage(view: View = {}): Promise<Page> {
    const context = await openContext(this.browser, view);
    this.contexts.push(context);
    return this.openBeside(context);
  }

  /** One more page of a window. */
  async openBeside(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    this.faults.watch(page);
    return page;
  }

  /** A page of the staff, as one of the demo's accounts. */
  async openAs(account: string, path: string, view: View = {}): Promise<Page> {
    const page = await this.openPage(view);
    await logIn(page, this.stack, path, account);
    return page;
  }
}
