import { missingForKafka } from '@lianban/engines';
import { failOver } from './goals/fail-over.js';
import { findPlanted } from './goals/find-planted.js';
import { mutate } from './goals/mutate.js';
import { recover } from './goals/recover.js';
import { repeat } from './goals/repeat.js';
import { rollingRestart } from './goals/rolling-restart.js';
import type { Bench, Row } from './goals/goal.js';
import { restore } from './goals/restore.js';
import { terminate } from './goals/terminate.js';
import { onSecuredKafka } from './goals/secured-kafka.js';
import { rowOf, violationsOf, survive } from './goals/survive.js';
import { ChaosStack } from './stack/chaos-stack.js';
import { optionsIn, WrongOption, type Goal, type Options } from './options.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const started = Date.now();
const stacks = new Set<ChaosStack>();
const bench: Bench = {
  print: (line) => print(`${String(Math.round((Date.now() - started) / 1_000)).padStart(5)} s  ${line}`),
  open: (options) => ChaosStack.open(options, (stack) => stacks.add(stack)),
};

const RUNS: Record<Goal, (options: Options) => Promise<Row[]>> = {
  R1: (options) => surviveSeeds(options),
  R2: ({ perSecond }) => recover(bench, perSecond),
  R3: ({ planted }) => findPlanted(bench, planted),
  R4: ({ seeds, mutants }) => mutate(bench, seeds[0]!, mutants),
  R5: ({ rollingPerSecond }) => rollingRestart(bench, rollingPerSecond),
  R6: ({ seeds, requests }) => repeat(bench, seeds[0]!, requests),
  R8: ({ perSecond }) => failOver(bench, perSecond),
  R9: ({ seeds, perSecond }) => terminate(bench, seeds[0]!, perSecond),
  R10: ({ perSecond }) => onSecuredKafka(bench, perSecond),
  R11: ({ perSecond }) => restore(bench, perSecond),
};

async function surviveSeeds({ seeds, ...options }: Options): Promise<Row[]> {
  const rows: Row[] = [];
  for (const seed of seeds) {
    const survival = await survive(bench, { ...options, seed });
    rows.push(rowOf(seed, survival));
    violationsOf(survival.verdict).forEach(print);
    if (survival.hasViolations) print(`Seed ${seed} broke promises. Logs and facts: ${survival.folder}`);
  }
  return rows;
}

function printRows(rows: readonly Row[]): void {
  print('');
  for (const { goal, figure, bar, holds } of rows)
    print(`${holds ? 'holds ' : 'FAILS '} ${goal.padEnd(12)} ${figure}   (bar: ${bar})`);
}

let stopping: Promise<unknown> | undefined;
const stopAll = (): Promise<unknown> => (stopping ??= Promise.all([...stacks].map((stack) => stack.stop())));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void stopAll().then(() => process.exit(130)));
// Calls of a stack that is being ended get no answer.
process.on('unhandledRejection', fail);

function fail(error: unknown): void {
  process.exitCode = 1;
  if (stopping) return;
  process.stderr.write(`${error instanceof WrongOption ? error.message : (error as Error).stack}\n`);
  void stopAll().then(() => process.exit());
}

try {
  const options = optionsIn(process.argv.slice(2));
  const missing = options.brokers ? undefined : await missingForKafka();
  if (missing) throw new WrongOption(`${missing}: Kafka cannot run here`);
  const rows: Row[] = [];
  for (const goal of options.goals) rows.push(...(await RUNS[goal](options)));
  printRows(rows);
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
  await stopAll();
  process.exit();
} catch (error) {
  fail(error);
}
