import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunningStack } from '@lianban/testing';

const SCRIPTS = fileURLToPath(new URL('../../../scripts/', import.meta.url));

export interface ScriptRun {
  code: number;
  said: string;
}

/** `npm run demo` against a house. */
export const runDemo = (house: RunningStack, seconds = 30): Promise<ScriptRun> =>
  runScript(house, ['demo.mjs'], { DEMO_SECONDS: String(seconds) });

/** `npm run calendar` against a house. */
export const runCalendar = (house: RunningStack, ...words: string[]): Promise<ScriptRun> =>
  runScript(house, ['calendar.mjs', ...words]);

function runScript(
  house: RunningStack,
  [script, ...words]: [string, ...string[]],
  more: Record<string, string> = {},
): Promise<ScriptRun> {
  const env = { PATH: process.env.PATH, LIANBAN_URL: house.url, ISSUER_URL: house.issuerUrl, ...more };
  return new Promise((resolve) =>
    execFile(process.execPath, [SCRIPTS + script, ...words], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, said: stdout + stderr }),
    ),
  );
}
