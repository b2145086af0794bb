import { setTimeout as pause } from 'node:timers/promises';
import type { RequestLog, Registered } from './request-log.js';
import type { Caller } from './caller.js';

const POLL_MS = 200;

export interface Part {
  utility: string;
  state: string;
  accepted: boolean;
  stages: { reachedAt?: string }[];
  todo?: { correctionId?: string };
}

interface Status {
  phase: string;
  parts: Part[];
}

/** Queries requests as their applicants would, over and over. */
export class StatusWatcher {
  private turn = 0;
  private isOver = false;

  /**
   * @param concurrency requests queried in one round
   * @param onObservation called with what was seen, for those who act on it
   */
  constructor(
    private readonly caller: Caller,
    private readonly requestLog: RequestLog,
    private readonly concurrency: number,
    private readonly onObservation: (request: Registered, parts: Part[]) => void = () => {},
  ) {}

  /** Goes on until `end`: mostly at what has not ended, now and then at what has. */
  async run(): Promise<void> {
    while (!this.isOver) {
      await Promise.all([...this.round()].map((each) => this.observe(each)));
      await pause(POLL_MS);
    }
  }

  end(): void {
    this.isOver = true;
  }

  /** Queries everything once more. */
  async observeAll(): Promise<void> {
    const left = [...this.requestLog.requests];
    const looker = async (): Promise<void> => {
      for (let next = left.pop(); next; next = left.pop()) await this.observe(next);
    };
    await Promise.all(Array.from({ length: 16 }, looker));
  }

  private round(): Set<Registered> {
    this.turn += 1;
    const { open, requests } = this.requestLog;
    const slice = (list: Registered[], count: number): Registered[] => {
      const from = list.length > count ? (this.turn * count) % list.length : 0;
      return list.slice(from, from + count);
    };
    return new Set([...slice(open, this.concurrency), ...slice(requests, this.concurrency >> 2)]);
  }

  private async observe(request: Registered): Promise<void> {
    const { receiptNumber, queryCode } = request.receipt;
    const { status, text } = await this.caller.call({
      endpoint: 'GET /v1/track/:receipt',
      path: `/v1/track/${receiptNumber}`,
      headers: { 'x-query-code': queryCode },
    });
    if (status !== 200) return;
    const { phase, parts } = JSON.parse(text) as Status;
    const states = Object.fromEntries(parts.map(({ utility, state }) => [utility, state]));
    const reached = parts.flatMap(({ stages }) => stages).filter(({ reachedAt }) => reachedAt).length;
    this.requestLog.recordObservation(request, { receiptNumber, at: Date.now(), phase, states, reached });
    this.onObservation(request, parts);
  }
}
