import { setTimeout as pause } from 'node:timers/promises';
import type { Book, Registered } from './book.js';
import type { Caller } from './caller.js';

const EVERY = 200;

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

/** Looks at requests as their applicants would, over and over. */
export class Watch {
  private turn = 0;
  private isOver = false;

  /**
   * @param atOnce requests looked at in one round
   * @param onLook told of what was seen, for those who act on it
   */
  constructor(
    private readonly caller: Caller,
    private readonly book: Book,
    private readonly atOnce: number,
    private readonly onLook: (request: Registered, parts: Part[]) => void = () => {},
  ) {}

  /** Goes on until `end`: mostly at what has not ended, now and then at what has. */
  async run(): Promise<void> {
    while (!this.isOver) {
      await Promise.all([...this.round()].map((each) => this.look(each)));
      await pause(EVERY);
    }
  }

  end(): void {
    this.isOver = true;
  }

  /** One more look at everything. */
  async lookAtAll(): Promise<void> {
    const left = [...this.book.requests];
    const looker = async (): Promise<void> => {
      for (let next = left.pop(); next; next = left.pop()) await this.look(next);
    };
    await Promise.all(Array.from({ length: 16 }, looker));
  }

  private round(): Set<Registered> {
    this.turn += 1;
    const { open, requests } = this.book;
    const slice = (list: Registered[], count: number): Registered[] => {
      const from = list.length > count ? (this.turn * count) % list.length : 0;
      return list.slice(from, from + count);
    };
    return new Set([...slice(open, this.atOnce), ...slice(requests, this.atOnce >> 2)]);
  }

  private async look(request: Registered): Promise<void> {
    const { receiptNumber, queryCode } = request.receipt;
    const { status, text } = await this.caller.call({
      door: 'GET /v1/track/:receipt',
      path: `/v1/track/${receiptNumber}`,
      headers: { 'x-query-code': queryCode },
    });
    if (status !== 200) return;
    const { phase, parts } = JSON.parse(text) as Status;
    const states = Object.fromEntries(parts.map(({ utility, state }) => [utility, state]));
    const reached = parts.flatMap(({ stages }) => stages).filter(({ reachedAt }) => reachedAt).length;
    this.book.noteLook(request, { receiptNumber, at: Date.now(), phase, states, reached });
    this.onLook(request, parts);
  }
}
