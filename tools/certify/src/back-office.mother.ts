import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Rule } from './rules.js';

/** In what a provider that comes for its jobs itself may be wrong. */
export type Fault =
  | 'gives-no-number'
  | 'forgets-operations'
  | 'doubles-corrections'
  | 'ignores-withdrawals'
  | 'says-nothing'
  | 'writes-no-placement'
  | 'has-stages-of-its-own'
  | 'never-acknowledges';

export interface Told {
  operation: string;
  kind: 'place' | 'correct' | 'withdraw';
  placement: string;
  callback: string;
}

/** The rules that such a provider can break, by what, and what is found. */
export const FAULTS: [rule: Rule['id'], fault: Fault, why: RegExp][] = [
  ['takes-a-job', 'gives-no-number', /replies with no number/],
  ['knows-a-repetition', 'forgets-operations', /it has the job twice/],
  ['survives-a-lost-answer', 'forgets-operations', /it has the job twice/],
  ['takes-a-correction', 'doubles-corrections', /it has the job twice/],
  ['answers-a-withdrawal', 'ignores-withdrawals', /nothing about the withdrawal/],
  ['reports-progress', 'says-nothing', /says nothing within/],
  ['reports-progress', 'writes-no-placement', /its last call was refused: .*placement/],
  ['speaks-known-words', 'has-stages-of-its-own', /the stage "COFFEE"/],
];

/** The back office of such a provider: what it has, and what it reports of it. */
export class BackOffice {
  fault?: Fault;
  private readonly known = new Set<string>();
  private readonly numbers = new Map<string, string>();
  private made = 0;

  take({ operation, kind, placement }: Told): object[] {
    const { fault } = this;
    const isKnown = this.known.has(operation) && fault !== 'forgets-operations';
    this.known.add(operation);
    if (fault === 'says-nothing' || isKnown) return [];
    if (kind === 'withdraw')
      return fault === 'ignores-withdrawals' ? [] : [this.report(placement, { withdrawal: 'agreed' })];
    const isNew = kind === 'place' || fault === 'doubles-corrections';
    if (isNew) this.numbers.set(placement, `W-${String(++this.made)}`);
    const stage = fault === 'has-stages-of-its-own' && { stage: 'COFFEE' };
    const accepted = this.report(placement, { state: 'accepted', ...stage });
    // A job that has ended needs no answer to a withdrawal.
    return fault === 'ignores-withdrawals'
      ? [accepted]
      : [accepted, this.report(placement, { state: 'completed' })];
  }

  private report(placement: string, said: object): object {
    const number = this.fault !== 'gives-no-number' && { reference: this.numbers.get(placement) };
    const about = this.fault === 'writes-no-placement' ? {} : { placement };
    return { ...about, at: new Date().toISOString(), ...number, ...said };
  }
}

/** Pulls and reports as docs/dialects/feed.md says, and keeps nothing but its position. */
export class FeedPuller {
  private isStopping = false;
  private running?: Promise<void>;

  constructor(
    private readonly office: BackOffice,
    private readonly address: string,
    private readonly secret: string,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  private async run(): Promise<void> {
    for (let position: string | undefined; !this.isStopping;)
      position = await this.pull(position).catch(() => pause(5, position));
  }

  private async pull(position: string | undefined): Promise<string | undefined> {
    const query = new URLSearchParams({ wait: '1', ...(position && { after: position }) });
    const answer = await fetch(`${this.address}/v1/providers/any/feed?${query.toString()}`, {
      headers: { authorization: `Bearer ${this.secret}` },
    });
    if (answer.status === 409) return undefined;
    const events = (await answer.json()) as { position: string; data: Told }[];
    for (const { data } of events)
      for (const report of this.office.take(data)) await this.post(data.callback, report);
    return this.office.fault === 'never-acknowledges' ? position : (events.at(-1)?.position ?? position);
  }

  private async post(address: string, report: object): Promise<void> {
    const [id, at, body] = [randomUUID(), new Date(), JSON.stringify(report)];
    await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...{ 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)) },
        'webhook-signature': new Webhook(this.secret).sign(id, at, body),
      },
      body,
    });
  }
}
