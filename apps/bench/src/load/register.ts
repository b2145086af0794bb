import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Clerk } from './clerk.js';
import type { Pace, Registered, RegisterJob } from './jobs.js';
import { Watch } from './watch.js';

/** Sends registrations at a pace and notes when each was due, was answered, and came as far as the mark. */
export async function register(clerk: Clerk, database: string, job: RegisterJob): Promise<Registered> {
  const started = performance.now();
  const now = (): number => performance.now() - started;
  const watch = job.mark && (await Watch.begin(database, job.mark, job.lookEvery, now));
  const watching = watch?.run();
  const notes = new Notes(countOf(job.pace));
  const one = async (place: number, due: number): Promise<void> => {
    notes.due[place] = due;
    const answer = await insist(clerk, job.insists, (each) => notes.count(each));
    notes.answered[place] = answer.receipt ? now() : NaN;
    if (!answer.receipt) return;
    notes.receipts.push(answer.receipt);
    watch?.expect(answer.receipt.requestId, (at) => (notes.reached[place] = at));
  };
  await clerk.haveToken();
  await ('clients' in job.pace ? inTurn(job.pace, one, now) : steadily(job.pace, one, now, clerk));
  watch?.finish();
  await watching;
  return notes;
}

const countOf = (pace: Pace): number =>
  'clients' in pace ? pace.requests : Math.round(pace.perSecond * pace.seconds);

class Notes implements Registered {
  readonly due: Float64Array;
  readonly answered: Float64Array;
  readonly reached: Float64Array;
  readonly receipts: Registered['receipts'] = [];
  readonly statuses: Record<number, number> = {};
  withoutRetryAfter = 0;

  constructor(count: number) {
    [this.due, this.answered, this.reached] = [1, 2, 3].map(() => new Float64Array(count).fill(NaN)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  count({ status, again }: Answer): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if ((status === 429 || status === 503) && again === undefined) this.withoutRetryAfter++;
  }
}

/** Sends it under one key until there is a receipt, where it insists. */
async function insist(clerk: Clerk, insists: boolean, count: (answer: Answer) => void): Promise<Answer> {
  const key = clerk.newKey();
  for (;;) {
    const answer = await clerk.register(key);
    count(answer);
    const mayComeAgain = [0, 429, 503].includes(answer.status);
    if (answer.receipt || !insists || !mayComeAgain) return answer;
    await clerk.wait(answer);
  }
}

type One = (place: number, due: number) => Promise<void>;

async function inTurn(
  { clients, requests }: { clients: number; requests: number },
  one: One,
  now: () => number,
): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < requests) await one(next++, now());
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** At a steady rate: what is late because we or the house were slow counts from when it was due. */
async function steadily(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  one: One,
  now: () => number,
  clerk: Clerk,
): Promise<void> {
  const total = Math.round(perSecond * seconds);
  const underWay = new Set<Promise<void>>();
  const from = now();
  for (let place = 0; place < total;) {
    for (let due = dueAt(place); place < total && due <= now(); due = dueAt(++place)) {
      const sent: Promise<void> = one(place, due).finally(() => underWay.delete(sent));
      underWay.add(sent);
    }
    await clerk.haveToken();
    await pause(1);
  }
  await Promise.all(underWay);

  function dueAt(place: number): number {
    return from + (place * 1_000) / perSecond;
  }
}
