import { randomInt } from 'node:crypto';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { languageOf, Log } from '@lianban/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { TooManyStreams } from '../problems.js';
import { FindRequestViews, type RequestView } from '../projection/find-request-views.js';
import type { Audience } from '../status/messages.js';
import { RenderStatus } from '../status/render-status.js';
import { TrackingConfig } from '../tracking.config.js';
import { StatusStream } from './status-stream.js';

/** Readers of a process that ends come back spread over this time. */
const RETURN_WITHIN_MS = 10_000;

/**
 * Sends statuses to subscribers: changes of this instance at once, changes of other instances after one query for all
 * streams.
 */
@Injectable()
export class LiveStatus implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly streams = new Map<string, Set<StatusStream>>();
  private openCount = 0;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly changed = new Set<string>();
  private sending?: Promise<void>;

  constructor(
    private readonly database: DataSource,
    private readonly findRequestViews: FindRequestViews,
    private readonly renderStatus: RenderStatus,
    private readonly config: TrackingConfig,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.push(
      setInterval(() => void this.poll(), this.config.ssePollMs),
      setInterval(() => this.each((stream) => stream.heartbeat(Date.now())), this.config.sseHeartbeatMs),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.timers.forEach(clearInterval);
    this.each((stream) => stream.end(randomInt(1_000, RETURN_WITHIN_MS)));
    await this.sending;
  }

  /** Streams the current status, unless the reader has it, and every later one. @throws TooManyStreams */
  subscribe(
    view: RequestView,
    reader: Audience['reader'],
    { headers }: FastifyRequest,
    reply: FastifyReply,
  ): void {
    if (this.openCount >= this.config.maxSseConnections) throw new TooManyStreams();
    const { raw } = reply.hijack();
    raw.writeHead(200, { ...plain(reply.getHeaders()), ...STREAM_HEADERS });
    raw.write('retry: 2000\n\n');
    const audience = { reader, language: languageOf(headers['accept-language']) };
    const stream = new StatusStream(
      view.requestId,
      audience,
      raw,
      revisionIn(headers['last-event-id']),
      Date.now() + this.config.sseLifetimeSeconds * 1_000,
    );
    this.add(stream);
    raw.on('close', () => this.drop(stream));
    stream.send(this.renderStatus.execute(view, audience));
  }

  private add(stream: StatusStream): void {
    this.openCount += 1;
    const others = this.streams.get(stream.requestId);
    if (others) others.add(stream);
    else this.streams.set(stream.requestId, new Set([stream]));
  }

  private drop(stream: StatusStream): void {
    this.openCount -= 1;
    const others = this.streams.get(stream.requestId)!;
    others.delete(stream);
    if (others.size === 0) this.streams.delete(stream.requestId);
  }

  private each(act: (stream: StatusStream) => void): void {
    for (const streams of this.streams.values()) streams.forEach(act);
  }

  /** Finds subscribed requests with a newer revision than a reader has. */
  private async poll(): Promise<void> {
    if (this.streams.size === 0) return;
    const rows = await this.database
      .query<{ requestId: string; revision: number }[]>(
        `select request_id as "requestId", version as revision from request_view
         where generation = (select generation from projection) and request_id = any($1::uuid[])`,
        [[...this.streams.keys()]],
      )
      .catch(() => []);
    this.wake(
      rows
        .filter(({ requestId, revision }) => this.hasStaleReader(requestId, revision))
        .map(({ requestId }) => requestId),
    );
  }

  private hasStaleReader(requestId: string, revision: number): boolean {
    return [...(this.streams.get(requestId) ?? [])].some((stream) => stream.isStale(revision));
  }

  wake(requestIds: readonly string[]): void {
    for (const id of requestIds) if (this.streams.has(id)) this.changed.add(id);
    if (this.changed.size > 0)
      this.sending ??= this.sendChanged()
        .catch((error: Error) => this.log.warn('changed statuses cannot be sent now', error))
        .finally(() => (this.sending = undefined));
  }

  private async sendChanged(): Promise<void> {
    while (this.changed.size > 0) {
      const ids = [...this.changed];
      this.changed.clear();
      for (const view of await this.findRequestViews.byIds(ids))
        this.streams
          .get(view.requestId)
          ?.forEach((stream) => stream.send(this.renderStatus.execute(view, stream.audience)));
    }
  }
}

// A connection kept open after its stream would delay the shutdown.
const STREAM_HEADERS = {
  connection: 'close',
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

const plain = (headers: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

export const LAST_EVENT_ID = {
  'last-event-id': { description: 'The revision that the reader has.' },
};

const revisionIn = (header: string | string[] | undefined): number =>
  /^\d{1,15}$/.test(String(header)) ? Number(header) : 0;
