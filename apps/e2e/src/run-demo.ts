import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunningHouse } from '@lianban/testing';

const DEMO = fileURLToPath(new URL('../../../scripts/demo.mjs', import.meta.url));

export interface DemoRun {
  code: number;
  said: string;
}

/** `npm run demo` against a house. */
export function runDemo(house: RunningHouse, seconds = 30): Promise<DemoRun> {
  const env = {
    PATH: process.env.PATH,
    LIANBAN_URL: house.url,
    ISSUER_URL: house.issuerUrl,
    DEMO_SECONDS: String(seconds),
  };
  return new Promise((resolve) =>
    execFile(process.execPath, [DEMO], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, said: stdout + stderr }),
    ),
  );
}
