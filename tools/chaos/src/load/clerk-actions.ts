import { setTimeout as pause } from 'node:timers/promises';
import { UTILITIES } from '@lianban/contracts';
import type { Random } from '../random.js';
import type { Registered } from './request-log.js';
import type { Caller } from './caller.js';
import type { Part } from './status-watcher.js';

const WITHDRAWN_SHARE = 0.1;
const AMENDED_SHARE = 0.1;
const MAX_DELAY_MS = 3_000;
const MAX_TRIES = 5;

/** Withdraws and amends a share of the requests at moments of their own, and answers corrections: operations compete. */
export class ClerkActions {
  private readonly seen = new Set<Registered>();
  private readonly answered = new Set<string>();
  private readonly acts = new Set<Promise<void>>();

  constructor(
    private readonly caller: Caller,
    private readonly random: Random,
  ) {}

  /** To be called with every observation. */
  onObservation = (request: Registered, parts: Part[]): void => {
    for (const { todo } of parts)
      if (todo?.correctionId) this.do(() => this.answer(request, todo.correctionId!));
    if (this.seen.has(request)) return;
    this.seen.add(request);
    if (this.random.chance(WITHDRAWN_SHARE)) this.do(() => this.withdraw(request));
    if (this.random.chance(AMENDED_SHARE)) this.do(() => this.amend(request));
  };

  /** Resolves when nothing that was begun is under way any more. */
  async settled(): Promise<void> {
    while (this.acts.size > 0) await Promise.all(this.acts);
  }

  private do(action: () => Promise<void>): void {
    const running = action().finally(() => this.acts.delete(running));
    this.acts.add(running);
  }

  private async withdraw({ receipt }: Registered): Promise<void> {
    const utilities = this.random.chance(0.5) ? [this.random.pick(UTILITIES)] : undefined;
    await pause(this.random.whole(0, MAX_DELAY_MS));
    await this.callUntilAnswered({
      endpoint: 'POST /v1/requests/:receipt/withdrawal',
      path: `/v1/requests/${receipt.receiptNumber}/withdrawal`,
      body: { ...(utilities && { utilities }) },
    });
  }

  private async amend({ receipt }: Registered): Promise<void> {
    const room = String(this.random.whole(100, 999));
    await pause(this.random.whole(0, MAX_DELAY_MS));
    const path = `/v1/requests/${receipt.receiptNumber}`;
    const read = await this.caller.call({ endpoint: 'GET /v1/requests/:receipt', path, as: 'clerk' });
    if (read.status !== 200) return;
    const { version, address } = JSON.parse(read.text) as { version: number; address?: object };
    await this.callUntilAnswered({
      endpoint: 'PATCH /v1/requests/:receipt',
      path,
      body: { version, address: { ...address, district: '370102', text: '历下区样例路1号', room } },
    });
  }

  private async answer({ receipt }: Registered, correctionId: string): Promise<void> {
    if (this.answered.has(correctionId)) return;
    this.answered.add(correctionId);
    const isTaken = await this.callUntilAnswered({
      endpoint: 'POST /v1/requests/:receipt/corrections/:id/answer',
      path: `/v1/requests/${receipt.receiptNumber}/corrections/${correctionId}/answer`,
      body: { materials: [{ code: 'ID_CARD', method: 'paper' }] },
    });
    if (!isTaken) this.answered.delete(correctionId);
  }

  /** Tries again where no answer came or the system was busy; intake may not know a correction yet that tracking shows. */
  private async callUntilAnswered(call: { endpoint: string; path: string; body: object }): Promise<boolean> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { status } = await this.caller.call({ ...call, as: 'clerk' });
      if (status >= 200 && status < 500 && status !== 429 && status !== 404) return true;
      await pause(300);
    }
    return false;
  }
}
