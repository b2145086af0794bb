import { parseArgs } from 'node:util';
import { SERVICES } from '@lianban/contracts';

export const CALLERS = ['nobody', 'applicant', 'clerk', 'officer', 'operator', 'provider'] as const;
export type CallerName = (typeof CALLERS)[number];

export interface Options {
  /** Test cases of each operation, in each phase that makes them up. */
  maxExamples: number;
  services: string[];
  callers: CallerName[];
  seed: number;
}

/** An option does not exist; the message lists those that do. */
export class WrongOption extends Error {}

/** `--max-examples N`, `--services intake,tracking`, `--callers clerk,nobody`, `--seed N`; without them: 500, all, all, 1. */
export function optionsIn(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const options = { 'max-examples': text, services: text, callers: text, seed: text };
  const { values } = parseArgs({ args: [...args], options });
  return {
    maxExamples: count('max-examples', values['max-examples'] ?? '500'),
    services: values.services ? listed('services', values.services, SERVICES) : [...SERVICES],
    callers: values.callers ? listed('callers', values.callers, CALLERS) : [...CALLERS],
    seed: count('seed', values.seed ?? '1'),
  };
}

function count(name: string, value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new WrongOption(`--${name} must be a number from 1 on`);
  return Number(value);
}

function listed<T extends string>(name: string, value: string, known: readonly T[]): T[] {
  return value.split(',').map((word) => {
    const found = known.find((each) => each === word);
    if (!found) throw new WrongOption(`--${name}: ${word} is none of ${known.join(', ')}`);
    return found;
  });
}
