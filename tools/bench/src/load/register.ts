import type { Answer, Clerk } from './clerk.js';
import type { Awaited, AwaitJob, Registered, RegisterJob } from './jobs.js';
import { countOf, inTurn, steadily } from './pace.js';
import { Watch } from './watch.js';

const RECEIPTS = 1_000;
/** All placements may be reported as accepted before the first is as completed. */
const TIMEOUT_MS = 180_000;
/** Longer than the longest wait of an operation that failed. */
const LONG_TIMEOUT_MS = 330_000;

/** Registers requests, and knows which. */
export class Registering {
  private last: string[] = [];

  constructor(
    private readonly clerk: Clerk,
    private readonly database: string,
  ) {}

  /** Sends registrations at a pace and notes when each was due, was answered, and came as far as the mark. */
  async register({ pace, mark, checkEveryMs, retries }: RegisterJob): Promise<Registered> {
    const { clerk } = this;
    const now = clockFromNow();
    const { database } = this;
    const watch = mark && (await Watch.begin({ database, mark, checkEveryMs, timeoutMs: TIMEOUT_MS, now }));
    const watching = watch?.run();
    const notes = new Notes(countOf(pace));
    this.last = [];
    const one = async (place: number, due: number): Promise<void> => {
      notes.due[place] = due;
      const { receipt } = await retryUntilAccepted(clerk, retries, (each) => notes.count(each));
      if (!receipt) return;
      notes.answered[place] = now();
      this.last.push(receipt.requestId);
      if (notes.receipts.length < RECEIPTS) notes.receipts.push(receipt);
      watch?.expect(receipt.requestId, (at) => (notes.reached[place] = at));
    };
    await ('clients' in pace ? inTurn(pace, one, now) : steadily(pace.steps, one, now));
    watch?.finish();
    await watching;
    return notes;
  }

  /** Waits until all that were registered last have come to another mark. */
  async await({ mark, checkEveryMs }: AwaitJob): Promise<Awaited> {
    const now = clockFromNow();
    let elapsedMs = 0;
    const { database } = this;
    const watch = await Watch.begin({ database, mark, checkEveryMs, timeoutMs: LONG_TIMEOUT_MS, now });
    for (const id of this.last) watch.expect(id, (at) => (elapsedMs = at));
    watch.finish();
    await watch.run();
    return { elapsedMs, missing: watch.missing };
  }
}

function clockFromNow(): () => number {
  const started = performance.now();
  return () => performance.now() - started;
}

class Notes implements Registered {
  readonly due: Float64Array;
  readonly answered: Float64Array;
  readonly reached: Float64Array;
  readonly receipts: Registered['receipts'] = [];
  readonly statuses: Record<number, number> = {};
  withoutRetryAfter = 0;

  constructor(count: number) {
    const empty = (): Float64Array => new Float64Array(count).fill(NaN);
    [this.due, this.answered, this.reached] = [empty(), empty(), empty()];
  }

  count({ status, retryAfterSeconds }: Answer): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if ((status === 429 || status === 503) && retryAfterSeconds === undefined) this.withoutRetryAfter++;
  }
}

/** Sends it under one key until there is a receipt, where it retries. */
async function retryUntilAccepted(
  clerk: Clerk,
  retries: boolean,
  count: (answer: Answer) => void,
): Promise<Answer> {
  const key = clerk.newKey();
  for (;;) {
    const answer = await clerk.register(key);
    count(answer);
    const isRetryable = [0, 429, 503].includes(answer.status);
    if (answer.receipt || !retries || !isRetryable) return answer;
    await clerk.wait(answer);
  }
}
