import type { Bench } from './bench.js';
import type { Finding } from './goals/goal.js';
import { ALL_GOALS } from './goals/index.js';
import type { Machine } from './machine/machine.js';
import type { Reference, ReferenceId, References } from './references/references.js';
import { judge, type Judged, type Verdict } from './report/judge.js';
import { short, table, type Unmeasured } from './report/table.js';

export interface Report {
  judged: Judged[];
  unmeasured: Unmeasured[];
  references: References['all'];
  isDisturbed: boolean;
  text(machine: Machine & { postgres: string }): string;
}

/** Measures the references, the goals that were asked for, and the references again. */
export async function runGoals(bench: Bench): Promise<Report> {
  const goals = ALL_GOALS.filter(({ id }) => bench.wishes.only.includes(id));
  const needed = new Set(goals.flatMap(({ needs }) => needs));
  const findings: Finding[] = [];
  const unmeasured: Unmeasured[] = [];
  await bench.references.measure(needed);
  for (const goal of goals)
    await goal.measure(bench).then(
      (found) => findings.push(...found),
      (error: Error) => unmeasured.push({ goal: goal.id, reason: error.message }),
    );
  await bench.references.measure(needed);
  const judged = findings.map((finding) => judge(finding, bench.references));
  return reportOf(judged, unmeasured, bench.references);
}

function reportOf(judged: Judged[], unmeasured: Unmeasured[], references: References): Report {
  const isDisturbed = judged.some(({ verdict }) => verdict === ('disturbed' satisfies Verdict));
  const text = (machine: Machine & { postgres: string }): string =>
    [
      '',
      `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, kernel ${machine.kernel}, PostgreSQL ${machine.postgres}, Node ${machine.node}, commit ${machine.commit}`,
      '',
      table(judged, unmeasured),
      '',
      ...Object.entries(references.all).map(([id, reference]) => lineOf(id as ReferenceId, reference)),
      ...judged.flatMap(({ goal, note }) => (note ? [`${goal}: ${note}`] : [])),
      ...footOf(references),
    ].join('\n');
  return { judged, unmeasured, references: references.all, isDisturbed, text };
}

const lineOf = (id: ReferenceId, { values, unit }: Reference): string =>
  `reference ${id}: ${values.map(short).join(' before, ')} after, ${unit}`;

const footOf = ({ tool }: References): string[] => [
  ...(tool
    ? [`A and L by ${tool}, 32 clients, on the house's own PostgreSQL, in a database beside it.`]
    : []),
  'Load goes to the services’ own doors, as an ingress would send it; providers set no limits of their own.',
  'What a request has reached is read from tracking’s tables by SQL: each 50 ms for throughput, each 3 ms for latency.',
];
