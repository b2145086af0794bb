import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { aRegistration } from '@lianban/testing';
import type { Receipt } from '../checker/facts.js';
import type { Caller } from './caller.js';
import type { Part } from './status-watcher.js';

/** A request that was due at `from` and seen accepted by all five at `until`, ms; `Infinity` while it is not. */
export interface Sample {
  from: number;
  until: number;
}

const MIN_INTERVAL_MS = 40;
/** Queries grow rarer with a request's age: a tenth of it is exact enough, and an outage must not drown in queries. */
const SHARE_OF_AGE = 0.1;

/** Registers at a constant rate and watches each request until all five have accepted it. */
export class Probe {
  readonly samples: Sample[] = [];
  private isOver = false;
  private readonly pending = new Set<Promise<void>>();

  constructor(
    private readonly caller: Caller,
    readonly perSecond: number,
  ) {}

  async run(): Promise<void> {
    const started = Date.now();
    for (let index = 0; !this.isOver; index++) {
      const due = started + (index * 1_000) / this.perSecond;
      await pause(Math.max(0, due - Date.now()));
      const sample = { from: due, until: Infinity };
      this.samples.push(sample);
      const following = this.follow(sample, index).finally(() => this.pending.delete(following));
      this.pending.add(following);
    }
    await Promise.all(this.pending);
  }

  end(): void {
    this.isOver = true;
  }

  private async follow(sample: Sample, index: number): Promise<void> {
    const receipt = await this.register(index);
    while (receipt && !(await this.isAccepted(receipt))) {
      if (this.isOver) return;
      await pause(Math.max(MIN_INTERVAL_MS, (Date.now() - sample.from) * SHARE_OF_AGE));
    }
    if (receipt) sample.until = Date.now();
  }

  private async register(index: number): Promise<Receipt | undefined> {
    const key = randomUUID();
    const form = aRegistration('water', 'electricity', 'gas', 'heat', 'telecom');
    const phone = `13${String(100_000_001 + index * 10)}`;
    while (!this.isOver) {
      const { status, text } = await this.caller.call({
        endpoint: 'POST /v1/requests',
        path: '/v1/requests',
        as: 'clerk',
        headers: { 'idempotency-key': key },
        body: { ...form, applicant: { ...form.applicant, phone } },
      });
      if (status === 201) return JSON.parse(text) as Receipt;
      await pause(100);
    }
    return undefined;
  }

  private async isAccepted({ receiptNumber, queryCode }: Receipt): Promise<boolean> {
    const { status, text } = await this.caller.call({
      endpoint: 'GET /v1/track/:receipt',
      path: `/v1/track/${receiptNumber}`,
      headers: { 'x-query-code': queryCode },
    });
    return status === 200 && (JSON.parse(text) as { parts: Part[] }).parts.every(({ accepted }) => accepted);
  }
}
