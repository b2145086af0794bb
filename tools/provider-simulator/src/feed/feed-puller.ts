import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { DialectContext } from '../operations/accept-operation.js';
import { readOperation } from '../operations/operation.js';
import { takeOperation } from '../operations/take-operation.js';

const WAIT_SECONDS = 20;
const RETRY_MS = 500;

interface Pulling extends DialectContext {
  /** Public address of the installation. */
  url: string;
  dispatcher: Dispatcher;
}

interface FeedEvent {
  position: string;
  data: object;
}

/** A provider that speaks `feed`: pulls its operations, and does with them as the others do. */
export class FeedPuller {
  private readonly closing = new AbortController();
  /** The last that it has for good; after a restart it is given again what it has not said so of. */
  private position?: string;

  constructor(
    private readonly provider: string,
    private readonly pulling: Pulling,
  ) {}

  async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted)
      await this.pullOnce().catch(() => pause(RETRY_MS, undefined, { ref: false, signal }).catch(() => {}));
  }

  close(): void {
    this.closing.abort();
  }

  private async pullOnce(): Promise<void> {
    const { faults, dispatcher, url, secretOf } = this.pulling;
    if (faults.of(this.provider).down) throw new Error('down');
    const query = new URLSearchParams({
      wait: String(WAIT_SECONDS),
      ...(this.position && { after: this.position }),
    });
    const { statusCode, body } = await dispatcher.request({
      origin: url,
      path: `/v1/providers/${this.provider}/feed?${query.toString()}`,
      method: 'GET',
      headers: { authorization: `Bearer ${secretOf(this.provider)}` },
      signal: this.closing.signal,
    });
    const answer = await body.json();
    if (statusCode === 409) this.position = undefined;
    if (statusCode !== 200) throw new Error(`the feed answered ${statusCode}`);
    for (const event of answer as FeedEvent[]) {
      await this.take(event);
      // It crashes before it has kept how far it came, and is given the same again.
      if (faults.losesAnswer(this.provider)) return;
      this.position = event.position;
    }
  }

  private async take({ data }: FeedEvent): Promise<void> {
    const text = JSON.stringify(data);
    const operation = readOperation(text);
    if (!operation) throw new Error('an event cannot be read');
    const { down, takeAfterMs } = this.pulling.faults.of(this.provider);
    if (down) throw new Error('down');
    if (takeAfterMs > 0) await pause(takeAfterMs, undefined, { ref: false });
    takeOperation(this.pulling, operation, text);
  }
}
