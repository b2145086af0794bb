import { RuleBroken, RULES, type Rule } from './rules.js';
import { Trial, type TrialOptions } from './trial.js';
import type { Exchange } from './wire.js';

/** What came of one rule. */
export interface Verdict {
  rule: Rule;
  result: 'kept' | 'broken' | 'not-for-this-dialect';
  /** Why it is broken. */
  why?: string;
  seconds: number;
  /** What was said while it was tried. */
  exchanges: Exchange[];
}

/** Tries every rule on a provider. */
export async function certify(options: TrialOptions, rules: readonly Rule[] = RULES): Promise<Verdict[]> {
  const trial = new Trial(options);
  try {
    await trial.open();
    const verdicts: Verdict[] = [];
    for (const rule of rules) verdicts.push(await tryRule(rule, trial));
    return verdicts;
  } finally {
    await trial.close();
  }
}

async function tryRule(rule: Rule, trial: Trial): Promise<Verdict> {
  if (rule.isFor && !rule.isFor(trial.driver))
    return { rule, result: 'not-for-this-dialect', seconds: 0, exchanges: [] };
  const from = performance.now();
  const first = trial.wire.exchanges.length;
  const said = () => ({
    seconds: (performance.now() - from) / 1_000,
    exchanges: trial.wire.exchanges.slice(first),
  });
  try {
    await rule.check(trial);
    return { rule, result: 'kept', ...said() };
  } catch (error) {
    const { message } = error as Error;
    const why = error instanceof RuleBroken ? message : `the conversation broke off: ${message}`;
    return { rule, result: 'broken', why, ...said() };
  }
}
