import { missingForKafka } from '@lianban/engines';
import { findPlanted } from './goals/find-planted.js';
import { mutate } from './goals/mutate.js';
import { recover } from './goals/recover.js';
import { repeat } from './goals/repeat.js';
import { roll } from './goals/roll.js';
import type { Bench, Row } from './goals/goal.js';
import { rowOf, sentencesOf, survive } from './goals/survive.js';
import { ChaosHouse } from './house/chaos-house.js';
import { optionsIn, WrongOption, type Goal, type Options } from './options.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const started = Date.now();
const houses = new Set<ChaosHouse>();
const bench: Bench = {
  say: (line) => say(`${String(Math.round((Date.now() - started) / 1_000)).padStart(5)} s  ${line}`),
  open: (options) => ChaosHouse.open(options, (house) => houses.add(house)),
};

const RUNS: Record<Goal, (options: Options) => Promise<Row[]>> = {
  R1: (options) => surviveSeeds(options),
  R2: ({ perSecond }) => recover(bench, perSecond),
  R3: ({ planted }) => findPlanted(bench, planted),
  R4: ({ seeds, mutants }) => mutate(bench, seeds[0]!, mutants),
  R5: ({ rollingPerSecond }) => roll(bench, rollingPerSecond),
  R6: ({ seeds, requests }) => repeat(bench, seeds[0]!, requests),
};

async function surviveSeeds({ seeds, ...options }: Options): Promise<Row[]> {
  const rows: Row[] = [];
  for (const seed of seeds) {
    const survival = await survive(bench, { ...options, seed });
    rows.push(rowOf(seed, survival));
    sentencesOf(survival.verdict).forEach(say);
    if (survival.guilty) say(`Seed ${seed} is guilty. Logs and facts: ${survival.folder}`);
  }
  return rows;
}

function print(rows: readonly Row[]): void {
  say('');
  for (const { goal, figure, bar, holds } of rows)
    say(`${holds ? 'holds ' : 'FAILS '} ${goal.padEnd(12)} ${figure}   (bar: ${bar})`);
}

let stopping: Promise<unknown> | undefined;
const stopAll = (): Promise<unknown> => (stopping ??= Promise.all([...houses].map((house) => house.stop())));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void stopAll().then(() => process.exit(130)));
// Who still asks a house that is being ended gets no answer.
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
  print(rows);
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
  await stopAll();
  process.exit();
} catch (error) {
  fail(error);
}
