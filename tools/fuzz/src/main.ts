import { mkdirSync } from 'node:fs';
import { callerAt } from './callers.js';
import { FuzzStack } from './fuzz-stack.js';
import { fuzzService, type Fuzzed } from './fuzz-service.js';
import { optionsIn, WrongOption, type Options } from './options.js';
import { FOLDER, installSchemathesis, Missing, stopSchemathesis } from './schemathesis-tool.js';
import { tryForeignRequests } from './try-foreign-requests.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
let context: FuzzStack | undefined;

async function fuzz(options: Options): Promise<boolean> {
  mkdirSync(FOLDER, { recursive: true });
  installSchemathesis(print);
  context = await FuzzStack.start();
  const { tried, opened } = await tryForeignRequests(context);
  opened.forEach(print);
  print(`${tried} calls to others' requests, ${opened.length} opened`);
  const runs: Fuzzed[] = [];
  for (const service of options.services)
    for (const name of options.callers) {
      if (name === 'provider' && !service.startsWith('adapter-')) continue;
      const caller = await callerAt(name, service, context);
      const run = await fuzzService(service, caller, context, options);
      print(lineOf(run));
      runs.push(run);
    }
  const broken = runs.filter(({ held }) => !held).length;
  const cases = runs.reduce((sum, run) => sum + run.cases, 0);
  print(`${cases} cases in ${runs.length} runs, ${broken} of them found something`);
  return broken === 0 && opened.length === 0;
}

const lineOf = ({ service, caller, held, cases, seconds, log }: Fuzzed): string =>
  `${service.padEnd(20)} ${caller.padEnd(10)} ${String(cases).padStart(7)} cases ${String(seconds).padStart(4)} s  ${
    held ? 'no 5xx, nothing beside the document, nothing of others' : `NOT HELD, see ${log}`
  }`;

async function end(code: number): Promise<never> {
  stopSchemathesis();
  await context?.stop();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(130));
try {
  const held = await fuzz(optionsIn(process.argv.slice(2)));
  await end(held ? 0 : 1);
} catch (error) {
  if (!(error instanceof WrongOption || error instanceof Missing)) print(String((error as Error).stack));
  else print(error.message);
  await end(2);
}
