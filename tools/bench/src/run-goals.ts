import type { Bench } from './bench.js';
import { Skipped, type Finding } from './goals/goal.js';
import { ALL_GOALS } from './goals/index.js';
import type { References } from './references/references.js';
import { judge, type Judged } from './report/judge.js';
import type { Unmeasured } from './report/table.js';

export interface Report {
  judged: Judged[];
  unmeasured: Unmeasured[];
  references: References['all'];
  /** What ran A and L. */
  tool: string;
}

/** Measures the references, the goals that were asked for, and the references again; in the smoke, which holds nothing against them, once. */
export async function runGoals(bench: Bench): Promise<Report> {
  const { references, options } = bench;
  const goals = ALL_GOALS.filter(({ id }) => options.only.includes(id));
  const needed = new Set(goals.flatMap(({ needs }) => needs));
  const findings: Finding[] = [];
  const unmeasured: Unmeasured[] = [];
  await references.measure(needed);
  for (const goal of goals)
    await goal.measure(bench).then(
      (found) => findings.push(...found),
      (error: Error) =>
        unmeasured.push({ goal: goal.id, reason: error.message, isBroken: !(error instanceof Skipped) }),
    );
  if (!options.smoke) await references.measure(needed);
  const judged = findings.map((finding) => judge(finding, references));
  return { judged, unmeasured, references: references.all, tool: references.tool };
}

/** Something did not count right, or broke. */
export const isBroken = ({ judged, unmeasured }: Report): boolean =>
  unmeasured.some((each) => each.isBroken) || judged.some(({ figure }) => Number.isNaN(figure));

export const isDisturbed = ({ judged }: Report): boolean =>
  judged.some(({ verdict }) => verdict === 'disturbed');
