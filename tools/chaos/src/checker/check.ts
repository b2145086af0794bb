import { TERMINAL_STATES, isTerminal, PHASES, type JobState, type Phase } from '@lianban/contracts';
import { NO_INSTANCE } from '../stack/load-balancer.js';
import type { Effect, Facts, Observation, Receipt, Registration } from './facts.js';

/** The promises of the system, each with its violations as sentences. */
export interface Verdict {
  /** Receipts whose request neither ended nor lies visibly aside. */
  lost: string[];
  /** Operations and placements that a provider did more than once. */
  doubled: string[];
  /** The same where the provider can only be asked, after a freeze, and an operator is shown what became of the second: counted apart. */
  detected: string[];
  /** Statuses that an applicant saw go back. */
  backward: string[];
  /** Notices that a person was sent twice. */
  noticesDoubled: string[];
  /** Ends of requests that nobody was told of. */
  noticesLost: string[];
  /** Keys whose receipts differ, or requests that nobody has a receipt for. */
  receipts: string[];
  /** Jobs said to be done that no provider did. */
  untrue: string[];
  /** Answers that are no documented problem. */
  undocumented: string[];
}

export interface Counts {
  requests: number;
  /** Times that a receipt was given out. */
  answers: number;
  ended: number;
  parked: number;
  effects: number;
  texts: number;
  observations: number;
}

/** Reads the facts of a run and says which promises were not kept. Pure, and knows nothing of how the system works inside. */
export function check(facts: Facts): { verdict: Verdict; counts: Counts } {
  const last = lastObservations(facts.observations);
  const receipts = facts.registrations.flatMap(receiptOf);
  const asides = new Set(facts.parked.flatMap(({ requestId }) => requestId ?? []));
  const hasEnded = ({ receiptNumber }: Receipt): boolean => last.get(receiptNumber)?.phase === 'ended';
  const { doubled, detected } = doubledEffects(facts);
  return {
    verdict: {
      lost: receipts
        .filter((receipt) => !hasEnded(receipt) && !asides.has(receipt.requestId))
        .map(
          (receipt) =>
            `${receipt.receiptNumber} (${receipt.requestId}): ${status(last.get(receipt.receiptNumber))}`,
        ),
      doubled,
      detected,
      backward: backward(facts.observations),
      noticesDoubled: doubledNotices(facts),
      noticesLost: lostNotices(facts, last),
      receipts: differingReceipts(facts, receipts),
      untrue: untrueEnds(facts, receipts, last),
      undocumented: undocumentedAnswers(facts),
    },
    counts: {
      requests: receipts.length,
      answers: facts.registrations.reduce((sum, { receipts: given }) => sum + given.length, 0),
      ended: receipts.filter(hasEnded).length,
      parked: receipts.filter((receipt) => !hasEnded(receipt) && asides.has(receipt.requestId)).length,
      effects: facts.effects.length,
      texts: facts.texts.length,
      observations: facts.observations.length,
    },
  };
}

/** Nothing but what was detected may be there. */
export const hasViolations = ({ detected: _, ...violations }: Verdict): boolean =>
  Object.values(violations).some((violations: string[]) => violations.length > 0);

const receiptOf = ({ receipts }: Registration): Receipt[] =>
  receipts.length > 0 ? [JSON.parse(receipts[0]!) as Receipt] : [];

const lastObservations = (observations: readonly Observation[]): Map<string, Observation> =>
  new Map(observations.map((observation) => [observation.receiptNumber, observation]));

const status = (observation?: Observation): string =>
  observation ? `${observation.phase}, ${JSON.stringify(observation.states)}` : 'never seen';

function doubledEffects({ effects, lookUpProviders, findings, hadFreeze }: Facts) {
  const doubled: string[] = [];
  const detected: string[] = [];
  for (const [about, group] of [...byOperation(effects), ...byPlacement(effects)]) {
    if (group.length < 2) continue;
    const { provider, placement } = group[0]!;
    const requestId = placement.split(':')[0];
    const isShown = findings.some(
      (each) =>
        each.kind === 'second-reference' &&
        each.requestId === requestId &&
        each.provider === provider &&
        each.secondOrders.length > 0 &&
        each.secondOrders.every(({ state }) => SETTLED.includes(state)),
    );
    const isExcused = hadFreeze && isShown && lookUpProviders.includes(provider);
    (isExcused ? detected : doubled).push(`${about} was done ${group.length} times`);
  }
  return { doubled, detected };
}

/** Withdrawn, kept by the provider's own word, or an operator's to withdraw: not only meant to be. */
const SETTLED = ['withdrawn', 'refused', 'by-hand'];

const byOperation = (effects: readonly Effect[]) =>
  Map.groupBy(effects, ({ provider, placement, operation, kind }) =>
    [provider, placement, kind, operation].join(' '),
  );

/** A placement is placed once, whatever the operations are called. */
function byPlacement(effects: readonly Effect[]) {
  const placed = effects.filter(({ kind }) => kind === 'place');
  const several = [...Map.groupBy(placed, ({ provider, placement }) => `${provider} ${placement}`)];
  return several.filter(([, group]) => new Set(group.map(({ operation }) => operation)).size > 1);
}

function backward(observations: readonly Observation[]): string[] {
  const seen = new Map<string, Observation>();
  return observations.flatMap((observation) => {
    const before = seen.get(observation.receiptNumber);
    seen.set(observation.receiptNumber, observation);
    return before ? stepsBack(before, observation) : [];
  });
}

function stepsBack(before: Observation, now: Observation): string[] {
  const observed = `${now.receiptNumber} at ${new Date(now.at).toISOString()}`;
  const rank = ({ phase }: Observation): number => PHASES.indexOf(phase as Phase);
  const phases = rank(now) < rank(before) ? [`${observed}: ${before.phase} → ${now.phase}`] : [];
  const jobs = Object.entries(before.states).filter(
    ([utility, state]) => isTerminal(state as JobState) && now.states[utility] !== state,
  );
  return [
    ...phases,
    ...jobs.map(([utility, state]) => `${observed}: ${utility} ${state} → ${now.states[utility] ?? 'gone'}`),
  ];
}

/** The gateway's key sends one message once; two keys for the same words to the same person are the same news twice. */
const doubledNotices = ({ texts }: Facts): string[] =>
  [...Map.groupBy(texts, ({ to, text }) => `${to} ${text}`)]
    .filter(([, group]) => new Set(group.map(({ id }) => id)).size > 1)
    .map(([words, group]) => `${group.length} times: ${words}`);

/** The end of a request of several parts is told in a text of its own. */
function lostNotices({ registrations, texts }: Facts, last: Map<string, Observation>): string[] {
  const textsByPhone = Map.groupBy(texts, ({ to }) => to);
  return registrations.flatMap((registration) => {
    const [receipt] = receiptOf(registration);
    const observation = receipt && last.get(receipt.receiptNumber);
    if (!observation || observation.phase !== 'ended' || Object.keys(observation.states).length < 2)
      return [];
    const ofThis = textsByPhone
      .get(registration.phone)
      ?.filter(({ text }) => text.includes(receipt.receiptNumber));
    const isSent = ofThis?.some(({ text }) => END_NEWS.test(text));
    return isSent ? [] : [`${receipt.receiptNumber} ended and nobody told ${registration.phone}`];
  });
}

/** How that text begins in English, which these applicants are written to in. */
const END_NEWS = /^\[Lianban\] LB[^ :,]+ (is|has) /;

function differingReceipts({ registrations, effects }: Facts, receipts: readonly Receipt[]): string[] {
  const differing = registrations
    .filter((registration) => new Set(registration.receipts).size > 1)
    .map(({ key, receipts: given }) => `${key} was given ${new Set(given).size} different receipts`);
  const numbers = Map.groupBy(receipts, ({ requestId }) => requestId);
  const shared = [...numbers]
    .filter(([, group]) => group.length > 1)
    .map(([id]) => `${id} answers several keys`);
  const orphans = new Set(effects.map(({ placement }) => placement.split(':')[0]!));
  for (const { requestId } of receipts) orphans.delete(requestId);
  return [...differing, ...shared, ...[...orphans].map((id) => `nobody has a receipt for ${id}`)];
}

/** A job in state completed was placed with a provider. */
function untrueEnds(
  { effects }: Facts,
  receipts: readonly Receipt[],
  last: Map<string, Observation>,
): string[] {
  const placed = new Set(effects.map(({ placement }) => placement.split(':').slice(0, 2).join(':')));
  return receipts.flatMap(({ requestId, receiptNumber }) =>
    Object.entries(last.get(receiptNumber)?.states ?? {})
      .filter(([utility, state]) => DONE.includes(state) && !placed.has(`${requestId}:${utility}`))
      .map(([utility, state]) => `${receiptNumber}: ${utility} is ${state} and no provider did it`),
  );
}

const DONE: readonly string[] = TERMINAL_STATES.filter((state) => state.endsWith('completed'));

/** Where there was no answer the network is to blame; the load balancer has a code of its own. */
function undocumentedAnswers({ answers, documented }: Facts): string[] {
  const known = new Set([...documented, NO_INSTANCE]);
  const bad = answers.filter(({ status, code }) => status >= 400 && !(code && known.has(code)));
  const described = bad.map(
    ({ endpoint, status, code }) => `${endpoint}: ${status} ${code ?? 'without a code'}`,
  );
  return [...Map.groupBy(described, (violation) => violation)].map(
    ([violation, all]) => `${violation} (${all.length} times)`,
  );
}
