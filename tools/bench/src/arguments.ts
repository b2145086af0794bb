import { parseArgs } from 'node:util';
import type { Mode } from '@lianban/testing';

export const GOALS = [
  'P1',
  'P2',
  'P3',
  'P4',
  'P5',
  'P6',
  'P7',
  'P8',
  'P9',
  'P10',
  'P11',
  'P12',
  'P13',
  'P14',
  'WEB',
] as const;
/** Measured only where it is named: PostgreSQL counts statements for it, which makes all other figures worse. */
export const COUNTS = 'COUNTS';
export type GoalId = (typeof GOALS)[number] | typeof COUNTS;
const ALL: readonly GoalId[] = [...GOALS, COUNTS];

export interface Options {
  mode: Mode;
  only: readonly GoalId[];
  /** Requests of a closed loop; each goal has its own number where none is named. */
  requests?: number;
  /** Length of the long goals, P5 and P12. */
  minutes?: number;
  /** The share of requests that is traced; none is where it is not named. */
  traces?: number;
  smoke: boolean;
  /** A Kafka that runs already; from the environment. */
  brokers?: string;
  profile: boolean;
}

/** Said to whoever asked for what there is not. */
export class WrongArguments extends Error {}

/** Reads the command line. @throws WrongArguments with a sentence for the user */
export function readArguments(args: readonly string[]): Options {
  const { mode = 'services', only, requests, minutes, traces, smoke = false, profile = false } = parse(args);
  if (mode !== 'services' && mode !== 'standalone')
    throw new WrongArguments(`--mode is services or standalone, not ${mode}.`);
  return {
    mode,
    only: only ? goalsIn(only) : GOALS,
    ...(requests && { requests: positive('--requests', requests) }),
    ...(minutes && { minutes: positive('--minutes', minutes) }),
    ...(traces && { traces: share('--traces', traces) }),
    smoke,
    profile,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    mode: text,
    only: text,
    requests: text,
    minutes: text,
    traces: text,
    smoke: flag,
    profile: flag,
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new WrongArguments((error as Error).message);
  }
}

function goalsIn(list: string): GoalId[] {
  const names = list.toUpperCase().split(',');
  const unknown = names.filter((name) => !(ALL as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new WrongArguments(`There is no goal ${unknown.join(', ')}. Goals: ${ALL.join(', ')}.`);
  return ALL.filter((goal) => names.includes(goal));
}

function share(name: string, text: string): number {
  const value = positive(name, text);
  if (value > 1) throw new WrongArguments(`${name} is a share up to 1, not ${text}.`);
  return value;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new WrongArguments(`${name} is a number above 0, not ${text}.`);
  return value;
}
