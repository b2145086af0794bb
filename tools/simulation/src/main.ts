import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { planted } from './planted/planted.js';
import { simulate } from './simulate.js';
import { lineOf } from './steps.js';
import { correctImplementations } from './implementations.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const options = {
  seed: { type: 'string', default: '1' },
  requests: { type: 'string', default: '10000' },
  planted: { type: 'string' },
} as const;
const { values } = parseArgs({ options });
const implementations = values.planted ? planted[values.planted] : correctImplementations;

if (!implementations) {
  print(`--planted is one of ${Object.keys(planted).join(', ')}.`);
  process.exitCode = 2;
} else {
  const { requests, steps, failure } = await simulate({
    seed: Number(values.seed),
    requests: Number(values.requests),
    implementations,
  });
  print(`${requests} requests, ${steps} steps`);
  if (failure) {
    print(
      `seed ${failure.seed} (--seed ${failure.seed} --requests ${failure.requests}) breaks an invariant:`,
    );
    print(failure.message);
    failure.schedule.forEach((step) => print(`  ${lineOf(step)}`));
    process.exitCode = 1;
  } else print('every promise held');
}
