import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mode } from '@lianban/testing';
import { COUNTS, readArguments, WrongArguments, type Options } from './arguments.js';
import { Bench } from './bench.js';
import { BenchStack } from './stack/bench-stack.js';
import type { Dialects } from './stack/free-catalogue.js';
import { describeMachine } from './machine/machine.js';
import { expensiveFunctions, expensiveStatements, profiling } from './profile.js';
import { writeReport } from './report/write-report.js';
import { isBroken, isDisturbed, runGoals, type Report } from './run-goals.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const stops: (() => unknown)[] = [];
let stopping: Promise<void> | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void stop().then(() => process.exit(130)));
process.on('unhandledRejection', fail);

try {
  process.exitCode = await main(readArguments(process.argv.slice(2)));
  await stop();
} catch (error) {
  fail(error);
}

/** Who interrupts it knows why everything breaks off. */
function fail(error: unknown): void {
  process.exitCode = error instanceof WrongArguments ? 2 : 1;
  if (stopping) return;
  process.stderr.write(`${error instanceof WrongArguments ? error.message : (error as Error).stack}\n`);
  void stop().then(() => process.exit());
}

/** Answers the exit code: 0 measured, 1 something broke, 3 others disturbed it. */
async function main(parsed: Options): Promise<number> {
  const options = { ...parsed, brokers: process.env.KAFKA_BROKERS };
  const folder = aFolder();
  const results = join(ROOT, '.results/bench', new Date().toISOString().replaceAll(':', '-').slice(0, 19));
  mkdirSync(results, { recursive: true });
  const profiles = join(results, 'profiles');
  print(`starting the stack, ${options.mode} …`);
  const openStack = (
    mode: Mode,
    dialects: Dialects = 'house',
    countsStatements = false,
  ): Promise<BenchStack> =>
    BenchStack.open({
      ...options,
      mode,
      dialects,
      folder,
      root: ROOT,
      countsStatements,
      atEnd: (action) => void stops.push(action),
      ...(options.profile && { nodeOptions: profiling(profiles) }),
    });
  const counts = options.profile || options.only.includes(COUNTS);
  const stack = await openStack(options.mode, 'house', counts);
  const bench = await Bench.open({ options, stack, openStack, folder, print });
  stops.push(() => bench.close());
  const report = await runGoals(bench);
  const machine = describeMachine(ROOT, await stack.postgresVersion());
  const figures = JSON.stringify({ options, machine, ...report, raw: bench.raw }, null, 2);
  writeFileSync(join(results, 'results.json'), figures);
  writeFileSync(join(results, 'stack.log'), stack.log);
  if (options.profile) await printProfile(stack, profiles);
  print(writeReport(report, machine));
  print(`All figures: ${join(results, 'results.json')}`);
  return exitCode(report, options);
}

function exitCode(report: Report, { smoke }: Options): number {
  if (isBroken(report)) return 1;
  return isDisturbed(report) && !smoke ? 3 : 0;
}

/** The profiles are written when the stack ends. */
async function printProfile(stack: BenchStack, folder: string): Promise<void> {
  const statements = await expensiveStatements(stack.addresses.database);
  const names = new Map(stack.services.map(([name, pid]) => [pid, name]));
  await stop();
  print(`\nMost time in itself, function by function:\n\n${expensiveFunctions(folder, names)}`);
  print(`\nMost time in PostgreSQL, statement by statement:\n\n${statements}`);
  print('\nProfiling makes all figures worse than they are.');
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-bench-'));
  // PostgreSQL runs as another user where this runs as root.
  chmodSync(folder, 0o755);
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function stop(): Promise<void> {
  return (stopping ??= (async () => {
    for (const each of stops.toReversed()) await each();
  })());
}
