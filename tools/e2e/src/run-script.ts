import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE, type RunningStack } from '@lianban/testing';

const SCRIPTS = fileURLToPath(new URL('../../../scripts/', import.meta.url));
const WHERE = fileURLToPath(new URL('../../../apps/standalone/dist/programs/where.js', import.meta.url));

export interface ScriptRun {
  code: number;
  output: string;
}

/** `npm run demo` against a stack. */
export const runDemo = (stack: RunningStack, seconds = 30): Promise<ScriptRun> =>
  runScript(stack, ['demo.mjs'], { DEMO_SECONDS: String(seconds) });

/** `npm run calendar` against a stack. */
export const runCalendar = (stack: RunningStack, ...words: string[]): Promise<ScriptRun> =>
  runScript(stack, ['calendar.mjs', ...words]);

/** `npm run where` against a stack. */
export const runWhere = (stack: RunningStack, reference: string): Promise<ScriptRun> =>
  runScript(stack, ['where.mjs', reference]);

/** The same as an operator's program, without npm's script around it. */
export const askWhere = async (stack: RunningStack, reference: string): Promise<ScriptRun> =>
  run([WHERE, reference], { SERVICES_URL: stack.url, OPERATOR_TOKEN: await stack.token('operator') });

const runScript = (
  stack: RunningStack,
  [script, ...words]: [string, ...string[]],
  more: Record<string, string> = {},
): Promise<ScriptRun> =>
  run([SCRIPTS + script, ...words], { LIANBAN_URL: stack.url, ISSUER_URL: stack.issuerUrl, ...more });

function run(command: string[], more: Record<string, string>): Promise<ScriptRun> {
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...more };
  return new Promise((resolve) =>
    execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
        output: stdout + stderr,
      }),
    ),
  );
}
