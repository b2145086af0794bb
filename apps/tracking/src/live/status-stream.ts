import type { Audience } from '../status/messages.js';
import type { RequestStatus } from '../status/request-status.js';

/** The raw response. */
export interface ResponseStream {
  readonly writableNeedDrain: boolean;
  write(text: string): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** One subscription to a request's status; never sends a revision twice or an older one. */
export class StatusStream {
  private isStuck = false;

  constructor(
    readonly requestId: string,
    readonly audience: Audience,
    private readonly response: ResponseStream,
    /** Initially the reader's `Last-Event-ID`. */
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

  /** Keeps the connection alive; ends old streams and cuts off stuck readers. */
  heartbeat(now: number): void {
    const wasStuck = this.isStuck;
    this.isStuck = this.response.writableNeedDrain;
    if (this.isStuck && wasStuck) this.response.destroy();
    else if (now >= this.endsAt) this.end();
    else if (!this.isStuck) this.response.write(': still here\n\n');
  }

  /** `retryMs`: when the reader should subscribe again, by default soon. */
  end(retryMs?: number): void {
    if (retryMs !== undefined) this.response.write(`retry: ${retryMs}\n\n`);
    this.response.end();
  }
}
