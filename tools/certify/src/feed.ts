import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProviderUnknown, toFeedEvent, type FeedEvent, type OperationBody } from '@lianban/adapter-kit';
import { masked, type Exchange } from './wire.js';

const MAX_LIMIT = 500;
const MAX_WAIT_SECONDS = 30;

export const isFeed = ({ method, url = '' }: IncomingMessage): boolean =>
  method === 'GET' && /\/feed(\?|$)/.test(url);

/** What a provider pulls, as an adapter gives it (docs/dialects/feed.md). */
export class Feed {
  private readonly events: FeedEvent[] = [];
  private acknowledged = 0;
  private changed = Promise.withResolvers<void>();

  constructor(
    private readonly secret: string,
    private readonly source: string,
    private readonly exchanges: Exchange[],
  ) {}

  /** Ends when the provider has said that it has it for good. @throws ProviderUnknown */
  async give(order: OperationBody, callback: string, patienceMs: number): Promise<void> {
    const position = this.events.length + 1;
    this.events.push(toFeedEvent(order, { source: this.source, position: String(position), callback }));
    this.change();
    const until = performance.now() + patienceMs;
    while (this.acknowledged < position)
      if (!(await this.changes(until - performance.now())))
        throw new ProviderUnknown(`it has not said that it has position ${String(position)}`);
  }

  async answer({ url = '', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const query = new URLSearchParams(url.split('?')[1]);
    const [status, body] =
      headers.authorization === `Bearer ${this.secret}` ? await this.pull(query) : [401, 'bad-secret'];
    const answer = JSON.stringify(body);
    const isNews = status !== 200 || answer !== '[]';
    if (isNews)
      this.exchanges.push({
        ...{ by: 'provider', method: 'GET', path: url, body: '', status, answer: masked(answer) },
      });
    response.writeHead(status, { 'content-type': 'application/cloudevents-batch+json' }).end(answer);
  }

  private async pull(query: URLSearchParams): Promise<[number, unknown]> {
    const [after, limit, wait] = [
      numberIn(query, 'after', Infinity),
      numberIn(query, 'limit', MAX_LIMIT),
      numberIn(query, 'wait', MAX_WAIT_SECONDS),
    ];
    if ([after, limit, wait].includes(null)) return [422, 'invalid-form'];
    if ((after ?? 0) > this.events.length) return [409, 'unknown-position'];
    if (after) this.acknowledged = Math.max(this.acknowledged, after);
    this.change();
    const from = after ?? this.acknowledged;
    const until = performance.now() + (wait ?? 0) * 1_000;
    while (this.events.length <= from && (await this.changes(until - performance.now())));
    return [200, this.events.slice(from, from + (limit ?? 100))];
  }

  private change(): void {
    this.changed.resolve();
    this.changed = Promise.withResolvers<void>();
  }

  /** Answers false where the time is over. */
  private async changes(withinMs: number): Promise<boolean> {
    if (withinMs <= 0) return false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((done) => (timer = setTimeout(done, withinMs, false)));
    const isChanged = await Promise.race([this.changed.promise.then(() => true), late]);
    clearTimeout(timer);
    return isChanged;
  }
}

/** Undefined where it is not given, null where it is none that is allowed. */
function numberIn(query: URLSearchParams, name: string, max: number): number | null | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  return /^\d{1,15}$/.test(text) && Number(text) <= max ? Number(text) : null;
}
