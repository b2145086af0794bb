import type { Language } from '@lianban/service-kit';
import type { RequestStatus } from '../status/request-status.js';

/** Where the events go: the raw answer of a request. */
export interface ResponseStream {
  readonly writableNeedDrain: boolean;
  write(text: string): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** One subscription to one request's status; never sends the same revision again, nor an older one. */
export class StatusStream {
  private isStuck = false;

  constructor(
    readonly requestId: string,
    readonly language: Language,
    private readonly response: ResponseStream,
    /** At first what the reader has by `Last-Event-ID`. */
    private lastSentRevision: number,
    /** Milliseconds since 1970; the reader may subscribe again then. */
    private readonly endsAt: number,
  ) {}

  isStale = (revision: number): boolean => revision > this.lastSentRevision;

  /** Sends a newer status; a slow reader gets it at the next poll. */
  send(status: RequestStatus): void {
    if (!this.isStale(status.revision) || this.response.writableNeedDrain) return;
    this.lastSentRevision = status.revision;
    this.response.write(`id: ${status.revision}\nevent: status\ndata: ${JSON.stringify(status)}\n\n`);
    if (status.phase === 'ended') this.response.end();
  }

  /** Keeps the connection alive; ends a stream that lasted long enough, and cuts off a reader who takes nothing. */
  heartbeat(now: number): void {
    const wasStuck = this.isStuck;
    this.isStuck = this.response.writableNeedDrain;
    if (this.isStuck && wasStuck) this.response.destroy();
    else if (now >= this.endsAt) this.end();
    else if (!this.isStuck) this.response.write(': still here\n\n');
  }

  end(): void {
    this.response.end();
  }
}
