import { isTerminal, UTILITIES, type MessagesOfRequest, type PlacementAtAdapter } from '@lianban/contracts';
import { messagesByService, type Answers, type Json, type Whereabouts } from './whereabouts.js';

/** What a request waits for, the most urgent first. */
const URGENCY = [
  'parked message',
  'parked operation',
  'no answer',
  'unsent',
  'unread',
  'undelivered',
  'hold',
  'text',
  'provider',
  'finding',
] as const;

interface Reason {
  kind: (typeof URGENCY)[number];
  text: string;
}

type NameOf = (provider: string) => string;
type Placement = Json<PlacementAtAdapter>;
type Operation = Placement['operations'][number];
type Job = NonNullable<Answers['routing']>['jobs'][number];

/** One sentence for each thing that the request waits for; the first is the answer. */
export function locateRequest({ answers, away }: Whereabouts, nameOf: NameOf): string[] {
  const reasons: Reason[] = [
    ...Object.entries(away).map(([service, why]): Reason => ({
      kind: 'no answer',
      text: `${service} does not answer: ${why}`,
    })),
    ...messagesByService(answers).flatMap(([service, messages]) => messageReasons(service, messages)),
    ...unreadReasons(answers),
    ...adapterReasons(answers, nameOf),
    ...textReasons(answers),
  ];
  const sorted = reasons.toSorted((a, b) => URGENCY.indexOf(a.kind) - URGENCY.indexOf(b.kind));
  const sentences = sorted.map(({ text }) => text);
  return sentences.length > 0 ? sentences : [endOf(answers)];
}

function endOf({ routing, intake, tracking }: Answers): string {
  if (!intake && !tracking) return 'no service knows this request';
  if (!routing?.endedAt) return 'waits for nothing';
  const states = routing.jobs.map(({ utility, state }) => `${utility} ${state}`);
  return `ended ${routing.endedAt}: ${states.join(', ')}`;
}

function messageReasons(service: string, { unsent, parked }: Json<MessagesOfRequest>): Reason[] {
  return [
    ...parked.map(({ id, topic, reason, detail, since, nextRetryAt }): Reason => {
      const next = nextRetryAt ? `next try ${nextRetryAt}` : 'not tried again by itself';
      const text = `parked in ${service} since ${since}: ${topic}, ${reason} (${detail}), ${next}; message ${id}`;
      return { kind: 'parked message', text };
    }),
    ...unsent.map(({ topic, since, readers }): Reason => ({
      kind: 'unsent',
      text: `not sent by ${service} since ${since}: ${topic}, for ${readers.join(', ')}`,
    })),
  ];
}

/** A version that its publisher has sent and its reader has not read; of who does not answer nothing is said. */
function unreadReasons(answers: Answers): Reason[] {
  const { intake, routing, tracking, notification } = answers;
  const services = new Map(messagesByService(answers));
  const unread = (topic: string, [from, version]: Known, [to, known]: Known): Reason[] => {
    const has = known ?? 0;
    const [publisher, reader] = [services.get(from), services.get(to)];
    const waits = [...(publisher?.unsent ?? []), ...(reader?.parked ?? [])].some(
      (message) => message.topic === topic,
    );
    if (!publisher || !reader || has >= (version ?? 0) || waits) return [];
    const text = `not read by ${to}: ${topic} version ${version}; it has ${has || 'none'}`;
    return [{ kind: 'unread', text }];
  };
  const ofJobs = (routing?.jobs ?? []).flatMap(
    ({ utility, attempt, desiredVersion, progressVersion, state }) => {
      const adapter = `adapter-${utility}` as const;
      const placement = answers[adapter]?.placements.find((each) => each.attempt === attempt);
      const desired = isTerminal(state) ? 0 : desiredVersion;
      return [
        ...unread(`jobs.${utility}`, ['routing', desired], [adapter, placement?.desiredVersion]),
        ...unread('progress', [adapter, placement?.progressVersion], ['routing', progressVersion]),
      ];
    },
  );
  const status: Known = ['routing', routing?.version];
  return [
    ...unread('dossiers', ['intake', intake?.version], ['routing', routing?.dossierVersion]),
    ...unread('contacts', ['intake', intake?.contactVersion], ['notification', notification?.contactVersion]),
    ...ofJobs,
    ...unread('status', status, ['tracking', tracking?.version]),
    ...unread('status', status, ['notification', notification?.statusVersion]),
    ...unread('status', status, ['intake', intake?.statusVersion]),
  ];
}

/** A service, and the version that it has. */
type Known = [service: string, version: number | null | undefined];

function adapterReasons({ routing, ...answers }: Answers, nameOf: NameOf): Reason[] {
  return UTILITIES.flatMap((utility) => {
    const job = routing?.jobs.find((each) => each.utility === utility);
    const placements = answers[`adapter-${utility}`]?.placements;
    if (!placements) return job ? toldByRouting(job, nameOf) : [];
    return placements.flatMap((placement) => [
      ...placement.operations.flatMap((operation) => operationReasons(utility, placement, operation, nameOf)),
      ...(placement.superseded || placement.operations.some(isOpen)
        ? []
        : stateReasons({ ...placement, utility, promisedDate: job?.promisedDate }, nameOf)),
      ...placement.findings.map((kind): Reason => ({
        kind: 'finding',
        text: `open finding at ${nameOf(placement.provider)}: ${kind}`,
      })),
    ]);
  });
}

const isOpen = ({ status }: Operation): boolean => !['delivered', 'refused', 'dropped'].includes(status);

function operationReasons(
  utility: string,
  { provider, providerAway }: Placement,
  operation: Operation,
  nameOf: NameOf,
): Reason[] {
  const { id, kind, status, since, tries, nextTryAt, owner, lastError } = operation;
  if (!isOpen(operation)) return [];
  const told = [`operation ${kind} of ${utility}`, `${tries} tries`, lastError && `provider ${lastError}`];
  const facts = told.filter(Boolean).join(', ');
  if (status === 'parked') {
    const text = `waiting for the ${owner} since ${since}: ${facts}; operation ${id} to ${nameOf(provider)} is parked`;
    return [{ kind: 'parked operation', text }];
  }
  const away = providerAway?.leftAloneUntil && `left alone until ${providerAway.leftAloneUntil}`;
  const next = away ?? (nextTryAt ? `next try ${nextTryAt}` : 'being sent');
  return [
    {
      kind: 'undelivered',
      text: `waiting for ${nameOf(provider)} since ${since}: ${facts}, ${status}, ${next}`,
    },
  ];
}

/** Its adapter does not answer: this is what it said last. */
function toldByRouting(job: Job, nameOf: NameOf): Reason[] {
  const { provider, utility, operation, delivery, deliverySince } = job;
  if (isTerminal(job.state)) return [];
  if (delivery === 'delivered') return stateReasons(job, nameOf);
  const kind = delivery === 'parked' ? 'parked operation' : 'undelivered';
  const text = `waiting for ${nameOf(provider)} since ${deliverySince}: operation ${operation} of ${utility}, ${delivery} when last heard of`;
  return [{ kind, text }];
}

type JobInHand = Pick<
  Job,
  'utility' | 'provider' | 'state' | 'since' | 'reason' | 'holder' | 'holderDeadline'
> &
  Partial<Pick<Job, 'promisedDate'>>;

function stateReasons(job: JobInHand, nameOf: NameOf): Reason[] {
  const { utility, provider, state, since, reason, holder, holderDeadline, promisedDate } = job;
  if (isTerminal(state)) return [];
  if (state === 'waiting' || state === 'held') {
    const who = holder === 'provider' || holder === null ? nameOf(provider) : `the ${holder}`;
    const until = holderDeadline ? `, until ${holderDeadline}` : '';
    return [
      { kind: 'hold', text: `waiting for ${who} since ${since}: ${utility} ${state}, ${reason}${until}` },
    ];
  }
  const text = `waiting for ${nameOf(provider)} since ${since}: ${utility} ${state}${promisedDate ? `, promised by ${promisedDate}` : ''}`;
  return [{ kind: 'provider', text }];
}

function textReasons({ notification }: Answers): Reason[] {
  return (notification?.texts ?? []).flatMap(({ kinds, state, since, attempts, nextAttemptAt, reason }) => {
    if (['sent', 'superseded', 'called'].includes(state)) return [];
    const facts = [`text ${kinds.join(', ')} ${state}`, reason, `${attempts} tries`];
    const next = nextAttemptAt ? `, next try ${nextAttemptAt}` : '';
    return [{ kind: 'text', text: `${facts.filter(Boolean).join(', ')}, since ${since}${next}` } as Reason];
  });
}
