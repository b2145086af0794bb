import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { onceInRun } from './once-in-run.js';

/** In one process, as it is meant for, it ends with the first window that is closed; the others allow what a user's browser refuses. */
const UNLIKE_A_USERS =
  /^--(single-process|no-zygote|disable-web-security|allow-running-insecure-content|disable-site-isolation-trials)$/;

/** A real Chromium: the one named by `CHROMIUM`, one of the machine, or that of npm, which unpacks itself. */
export async function openBrowser(): Promise<Browser> {
  // Loaded here, because most who import this package open no browser.
  const { chromium } = await import('playwright-core');
  const own = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (path) => path && existsSync(path),
  );
  if (own) return chromium.launch({ executablePath: own, args: ['--no-sandbox'] });
  const { default: sparticuz } = await import('@sparticuz/chromium');
  // Drawn by the processor itself: a graphics card played by it costs more.
  sparticuz.setGraphicsMode = false;
  const args = sparticuz.args.filter((arg) => !UNLIKE_A_USERS.test(arg));
  // It takes a file that another process still unpacks for a whole one.
  if (process.env.TEST_FOLDER)
    await onceInRun(process.env.TEST_FOLDER, 'chromium', () => sparticuz.executablePath());
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args });
}
