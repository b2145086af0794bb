import type { Language } from '@lianban/service-kit';
import type { RequestStatus } from '../status/request-status.js';

/** Where the events go: the raw answer of a request. */
export interface Sink {
  readonly writableNeedDrain: boolean;
  write(text: string): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** One reader of one request's status: knows what he has, and is not told the same or an older one again. */
export class StatusStream {
  private isStuck = false;

  constructor(
    readonly requestId: string,
    readonly language: Language,
    private readonly sink: Sink,
    /** The revision that the reader has, from `Last-Event-ID`. */
    private has: number,
    /** Milliseconds since 1970: then the reader asks again, with the right to it that he has by then. */
    private readonly endsAt: number,
  ) {}

  lacks = (revision: number): boolean => revision > this.has;

  /** Sends the status where it is news; a reader who is slow to take is told the next time it is looked at. */
  send(status: RequestStatus): void {
    if (!this.lacks(status.revision) || this.sink.writableNeedDrain) return;
    this.has = status.revision;
    this.sink.write(`id: ${status.revision}\nevent: status\ndata: ${JSON.stringify(status)}\n\n`);
    // The decision that ends a request may come after the last job's end; the outcome may hang on it.
    if (status.phase === 'ended' && status.endedAt) this.sink.end();
  }

  /** Keeps it alive; ends one that lasted long enough, and cuts off one whose reader takes nothing. */
  beat(now: number): void {
    const wasStuck = this.isStuck;
    this.isStuck = this.sink.writableNeedDrain;
    if (this.isStuck && wasStuck) this.sink.destroy();
    else if (now >= this.endsAt) this.end();
    else if (!this.isStuck) this.sink.write(': still here\n\n');
  }

  end(): void {
    this.sink.end();
  }
}
