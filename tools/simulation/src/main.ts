import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { planted } from './planted/planted.js';
import { simulate } from './simulate.js';
import { lineOf } from './steps.js';
import { soundWays } from './ways.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const options = {
  seed: { type: 'string', default: '1' },
  requests: { type: 'string', default: '10000' },
  planted: { type: 'string' },
} as const;
const { values } = parseArgs({ options });
const ways = values.planted ? planted[values.planted] : soundWays;

if (!ways) {
  say(`--planted is one of ${Object.keys(planted).join(', ')}.`);
  process.exitCode = 2;
} else {
  const { requests, steps, failure } = simulate({
    seed: Number(values.seed),
    requests: Number(values.requests),
    ways,
  });
  say(`${requests} requests, ${steps} steps`);
  if (failure) {
    say(`seed ${failure.seed} (--seed ${failure.seed} --requests ${failure.requests}) breaks a promise:`);
    say(failure.message);
    failure.schedule.forEach((step) => say(`  ${lineOf(step)}`));
    process.exitCode = 1;
  } else say('every promise held');
}
