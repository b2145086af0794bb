import type { Machine } from '../machine/machine.js';
import type { Reference } from '../references/references.js';
import type { Report } from '../run-goals.js';
import { short, table } from './table.js';

/** The table, what it was measured on, and what must be known to read it. */
export function writeReport({ judged, unmeasured, references, tool }: Report, machine: Machine): string {
  return [
    '',
    sentenceOn(machine),
    '',
    table(judged, unmeasured),
    '',
    ...Object.entries(references).map(lineOf),
    ...judged.flatMap(({ goal, note }) => (note ? [`${goal}: ${note}`] : [])),
    ...(tool
      ? [`A and L by ${tool}, 32 clients, on the stack's own PostgreSQL, in a database beside it.`]
      : []),
    ...FOOT,
  ].join('\n');
}

const FOOT = [
  'Load goes to the services’ own ports, as an ingress would send it, and reports come back the same way; providers set no limits.',
  'What a request has reached is read from tracking’s tables by SQL: each 50 ms for throughput, each 3 ms for latency.',
];

const sentenceOn = (machine: Machine): string =>
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, kernel ${machine.kernel}, ` +
  `PostgreSQL ${machine.postgres}, Node ${machine.node}, commit ${machine.commit}`;

const lineOf = ([id, { values, unit, disturbance }]: [string, Reference]): string =>
  `reference ${id}: ${values.map(short).join(' before, ')} after, ${unit}; others took ${(disturbance * 100).toFixed(0)} % at most`;
