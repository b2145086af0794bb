import type { Used } from './proc.js';

/** Whose CPU time it is: a service by its name, `stack` for the process around them, or one of the engines and tools. */
export type Group = string;

const OTHERS: readonly [RegExp, Group][] = [
  [/\/dist\/load\//, 'generator'],
  [/kafka\.Kafka/, 'kafka'],
  [/^postgres|\/bin\/postgres/, 'postgres'],
];
const PROGRAM = /(?:\/programs\/([a-z-]+)|(?:apps|tools)\/([a-z-]+)\/dist\/(?:services-)?main)\.js/;
const OWN_NAMES: Record<string, Group> = { standalone: 'stack', 'provider-simulator': 'simulator' };

export function groupOf({ command }: Pick<Used, 'command'>): Group {
  const [, program, app = program] = PROGRAM.exec(command) ?? [];
  if (app) return OWN_NAMES[app] ?? app;
  return OTHERS.find(([pattern]) => pattern.test(command))?.[1] ?? 'bench';
}

/** Everything that is not part of what is measured. */
export const TOOLS: readonly Group[] = ['generator', 'simulator', 'bench'];
