import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PHASES, type Phase } from '@lianban/contracts';
import type { Receipt, RunningStack } from '@lianban/testing';

const SAMPLE = 40;

/** Registers so many requests by so many clients; each tries again with its own key until it has its receipt. */
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

async function registerSurely(stack: RunningStack, form: object): Promise<Receipt> {
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

/** Looks at requests over and over and remembers what an applicant would have seen. */
export class Watch {
  private readonly seen = new Map<string, Phase>();
  private looks = 0;
  readonly wentBack: string[] = [];

  constructor(
    private readonly stack: RunningStack,
    private readonly receipts: readonly Receipt[],
  ) {}

  get ended(): number {
    return [...this.seen.values()].filter((phase) => phase === 'ended').length;
  }

  /** Looks at a sample of what has not ended, again and again: looking at all at once would be most of the load. */
  async until(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const open = this.receipts.filter(({ receiptNumber }) => this.seen.get(receiptNumber) !== 'ended');
      const from = open.length > SAMPLE ? (this.looks * SAMPLE) % open.length : 0;
      await Promise.all(open.slice(from, from + SAMPLE).map((each) => this.look(each)));
      this.looks += 1;
      await pause(200);
    }
  }

  /** Resolves after two more whole rounds of looking: whatever was killed has been missed by somebody. */
  async someProgress(): Promise<void> {
    for (const from = this.looks; this.looks < from + 2;) await pause(20);
  }

  private async look(receipt: Receipt): Promise<void> {
    const status = await this.stack.track(receipt).catch(() => undefined);
    if (!status) return;
    const before = this.seen.get(receipt.receiptNumber);
    const now = status.phase as Phase;
    if (before && PHASES.indexOf(now) < PHASES.indexOf(before))
      this.wentBack.push(`${receipt.receiptNumber}: ${before} → ${now}`);
    this.seen.set(receipt.receiptNumber, now);
  }
}
