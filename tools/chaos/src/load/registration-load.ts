import { setTimeout as pause } from 'node:timers/promises';
import { aRegistration } from '@lianban/testing';
import type { Registration } from '../checker/facts.js';
import type { Random } from '../random.js';
import type { RequestLog } from './request-log.js';
import type { Caller } from './caller.js';

const RETRY_DELAY_MS = 200;
/** Every so many keys are sent several times at once. */
const REPEATED_SHARE = 0.2;
const MAX_COPIES = 5;

export interface RegisterPlan {
  count: number;
  /** Keys begun per second at most. */
  perSecond: number;
  /** Keys under way at once. */
  clients: number;
  /** Share of keys sent 1 to 5 times at once; 0.2 unless given. */
  repeated?: number;
}

/** Registers requests of all five utilities with keys of their own, each tried with its key until it has its receipt. */
export class RegistrationLoad {
  /** Keys that were begun. */
  begun = 0;
  private isOver = false;

  constructor(
    private readonly caller: Caller,
    private readonly requestLog: RequestLog,
    private readonly random: Random,
    private readonly runId: string,
  ) {}

  async run({ count, perSecond, clients, repeated = REPEATED_SHARE }: RegisterPlan): Promise<void> {
    const started = Date.now();
    const first = this.begun;
    const client = async (): Promise<void> => {
      while (this.begun < first + count && !this.isOver) {
        const index = this.begun++;
        await pause(Math.max(0, started + ((index - first) * 1_000) / perSecond - Date.now()));
        const copies = this.random.chance(repeated) ? this.random.whole(1, MAX_COPIES) : 1;
        await this.register(index, copies);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** No new keys are begun. */
  end(): void {
    this.isOver = true;
  }

  private async register(index: number, copies: number): Promise<void> {
    const registration: Registration = {
      key: `chaos-${this.runId}-${String(index).padStart(8, '0')}`,
      phone: phoneOf(index),
      receipts: [],
    };
    this.requestLog.registrations.push(registration);
    const delays = await Promise.all(Array.from({ length: copies }, () => this.send(registration)));
    for (let delay = Math.max(...delays); registration.receipts.length === 0;) {
      await pause(delay);
      delay = await this.send(registration);
    }
  }

  /** Answers after how many milliseconds it may be sent again. */
  private async send(registration: Registration): Promise<number> {
    const at = Date.now();
    const form = aRegistration('water', 'electricity', 'gas', 'heat', 'telecom');
    const { status, text, retryAfter } = await this.caller.call({
      endpoint: 'POST /v1/requests',
      path: '/v1/requests',
      as: 'clerk',
      headers: { 'idempotency-key': registration.key },
      body: { ...form, language: 'en', applicant: { ...form.applicant, phone: registration.phone } },
    });
    if (status === 201) this.requestLog.recordReceipt(registration, text, at);
    return retryAfter ? retryAfter * 1_000 : RETRY_DELAY_MS;
  }
}

/** A telephone of one request alone; the gateway knows no number that ends in 0000. */
const phoneOf = (index: number): string => `13${String(100_000_001 + index * 10)}`;
