import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments, WrongArguments } from './arguments.js';
import { Bench } from './bench.js';
import { BenchHouse } from './house/bench-house.js';
import { describeMachine } from './machine/machine.js';
import { runGoals } from './run-goals.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

process.exitCode = await main().catch((error: Error) => {
  process.stderr.write(`${error instanceof WrongArguments ? error.message : error.stack}\n`);
  return error instanceof WrongArguments ? 2 : 1;
});

/** Answers the exit code: 0 measured, 3 measured while others disturbed it. */
async function main(): Promise<number> {
  const wishes = { ...readArguments(process.argv.slice(2)), brokers: process.env.KAFKA_BROKERS };
  const folder = mkdtempSync(join(tmpdir(), 'lianban-bench-'));
  chmodSync(folder, 0o755);
  const results = join(ROOT, 'bench/results', new Date().toISOString().replaceAll(':', '-').slice(0, 19));
  mkdirSync(results, { recursive: true });
  say(`starting the house, ${wishes.mode} …`);
  const house = await BenchHouse.open({ ...wishes, folder, root: ROOT });
  try {
    const bench = await Bench.open(wishes, house, folder, say);
    const report = await runGoals(bench).finally(() => bench.close());
    const machine = { ...describeMachine(ROOT), postgres: await house.postgresVersion() };
    writeFileSync(
      join(results, 'results.json'),
      JSON.stringify({ wishes, machine, ...report, raw: bench.raw }, null, 2),
    );
    say(report.text(machine));
    say(`All figures: ${join(results, 'results.json')}`);
    return report.isDisturbed && !wishes.smoke ? 3 : 0;
  } finally {
    await house.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
