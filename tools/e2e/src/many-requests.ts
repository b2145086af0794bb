import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PHASES, type Phase } from '@lianban/contracts';
import type { Receipt, RunningStack } from '@lianban/testing';

const SAMPLE = 20;

/** Registers so many requests by so many clients. */
export async function registerMany(
  stack: RunningStack,
  count: number,
  clients: number,
  form: () => object,
  take: (receipt: Receipt) => void,
): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) take(await registerSurely(stack, form()));
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** Tries again with the same key until there is a receipt. */
export async function registerSurely(stack: RunningStack, form: object): Promise<Receipt> {
  const key = randomUUID();
  for (let tries = 0; ; tries++) {
    try {
      return await stack.register(form, key);
    } catch (error) {
      if (tries > 200) throw error;
      await pause(200);
    }
  }
}

/** Queries requests over and over and records what an applicant would have seen. */
export class StatusWatcher {
  private readonly seen = new Map<string, Phase>();
  private rounds = 0;
  private isOver = false;
  readonly backwardSteps: string[] = [];

  constructor(
    private readonly stack: RunningStack,
    private readonly receipts: readonly Receipt[],
  ) {}

  get ended(): number {
    return [...this.seen.values()].filter((phase) => phase === 'ended').length;
  }

  /** Queries a sample of what has not ended, again and again: querying all at once would be most of the load. */
  async until(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const open = this.receipts.filter(({ receiptNumber }) => this.seen.get(receiptNumber) !== 'ended');
      const from = open.length > SAMPLE ? (this.rounds * SAMPLE) % open.length : 0;
      await Promise.all(open.slice(from, from + SAMPLE).map((each) => this.query(each)));
      this.rounds += 1;
      await pause(200);
    }
    this.isOver = true;
  }

  /** Resolves when it has seen the end of a request. */
  async untilEnded({ receiptNumber }: Receipt): Promise<void> {
    while (this.seen.get(receiptNumber) !== 'ended') await pause(50);
  }

  /** Resolves after two more whole rounds: whatever was killed has been missed by somebody. */
  async someProgress(): Promise<void> {
    for (const from = this.rounds; this.rounds < from + 2 && !this.isOver;) await pause(20);
  }

  private async query(receipt: Receipt): Promise<void> {
    const status = await this.stack.track(receipt).catch(() => undefined);
    if (!status) return;
    const before = this.seen.get(receipt.receiptNumber);
    const now = status.phase as Phase;
    if (before && PHASES.indexOf(now) < PHASES.indexOf(before))
      this.backwardSteps.push(`${receipt.receiptNumber}: ${before} → ${now}`);
    this.seen.set(receipt.receiptNumber, now);
  }
}
