import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { RunningStack } from '@lianban/testing';

export { openBrowser } from '@lianban/testing';

export const WIDTHS = { phone: 375, desk: 1440 } as const;
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface View {
  width?: number;
  language?: Language;
  javaScriptEnabled?: boolean;
}

/** What a page did that it must not: errors, and refusals of its content security policy. */
export class PageFaults {
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
  { width = WIDTHS.desk, language = 'zh-CN', javaScriptEnabled = true }: View = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 812 : 1000 },
    locale: language,
    timezoneId: 'Asia/Shanghai',
    javaScriptEnabled,
  });
  if (javaScriptEnabled)
    await context.addInitScript(
      (chosen) => window.localStorage.setItem('lianban.language', chosen),
      language,
    );
  return context;
}

/** Opens a page of the staff as one of the demo's accounts, through the issuer's login. */
export async function logIn(page: Page, stack: RunningStack, path: string, account: string): Promise<void> {
  await page.goto(`${stack.url}/staff${path}`);
  await page.locator('[name=account]').fill(account);
  await page.locator('[name=secret]').fill('lianban-demo');
  await page.locator('button').click();
  await page.waitForURL(`${stack.url}/staff${path}*`);
  await page.locator('main, [role=main]').first().waitFor();
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

/** Findings of axe that keep people out, as sentences. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
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
