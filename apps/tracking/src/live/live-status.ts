import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { languageOf, Log } from '@lianban/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { TooManyStreams } from '../refusals.js';
import { FindTracked } from '../status/find-tracked.js';
import type { Tracked } from '../status/tracked.js';
import { WriteStatus } from '../status/write-status.js';
import { TrackingConfig } from '../tracking.config.js';
import { StatusStream } from './status-stream.js';

/**
 * Sends statuses to those who follow a request: at once what this instance changed, and by one query for all streams
 * what others changed.
 */
@Injectable()
export class LiveStatus implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly streams = new Map<string, Set<StatusStream>>();
  private open = 0;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly changed = new Set<string>();
  private sending?: Promise<void>;

  constructor(
    private readonly database: DataSource,
    private readonly findTracked: FindTracked,
    private readonly writeStatus: WriteStatus,
    private readonly config: TrackingConfig,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.push(
      setInterval(() => void this.compare(), this.config.watchInterval),
      setInterval(() => this.each((stream) => stream.beat(Date.now())), this.config.heartbeat),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.timers.forEach(clearInterval);
    this.each((stream) => stream.end());
    await this.sending;
  }

  /** Answers with a stream: the status now, unless the reader has it, and every later one. @throws TooManyStreams */
  follow(tracked: Tracked, { headers }: FastifyRequest, reply: FastifyReply): void {
    if (this.open >= this.config.streams) throw new TooManyStreams();
    const { raw } = reply.hijack();
    raw.writeHead(200, { ...plain(reply.getHeaders()), ...STREAM_HEADERS });
    raw.write('retry: 2000\n\n');
    const language = languageOf(headers['accept-language']);
    const stream = new StatusStream(
      tracked.requestId,
      language,
      raw,
      revisionIn(headers['last-event-id']),
      Date.now() + this.config.streamSeconds * 1_000,
    );
    this.add(stream);
    raw.on('close', () => this.drop(stream));
    stream.send(this.writeStatus.execute(tracked, language));
  }

  private add(stream: StatusStream): void {
    this.open += 1;
    const others = this.streams.get(stream.requestId);
    if (others) others.add(stream);
    else this.streams.set(stream.requestId, new Set([stream]));
  }

  private drop(stream: StatusStream): void {
    this.open -= 1;
    const others = this.streams.get(stream.requestId)!;
    others.delete(stream);
    if (others.size === 0) this.streams.delete(stream.requestId);
  }

  private each(act: (stream: StatusStream) => void): void {
    for (const streams of this.streams.values()) streams.forEach(act);
  }

  /** Finds the watched requests of which a reader lacks the newest revision. */
  private async compare(): Promise<void> {
    if (this.streams.size === 0) return;
    const rows = await this.database
      .query<{ request_id: string; revision: string }[]>(
        `select request_id, sum(version) as revision from snapshot
         where half = (select current from projection) and request_id = any($1::uuid[]) group by request_id`,
        [[...this.streams.keys()]],
      )
      .catch(() => []);
    this.wake(
      rows
        .filter(({ request_id, revision }) => this.isLacking(request_id, Number(revision)))
        .map((row) => row.request_id),
    );
  }

  private isLacking(requestId: string, revision: number): boolean {
    return [...(this.streams.get(requestId) ?? [])].some((stream) => stream.lacks(revision));
  }

  wake(requestIds: readonly string[]): void {
    for (const id of requestIds) if (this.streams.has(id)) this.changed.add(id);
    if (this.changed.size > 0)
      this.sending ??= this.sendChanged()
        .catch((error: Error) => this.log.warn('streams cannot be told of changes now', error))
        .finally(() => (this.sending = undefined));
  }

  private async sendChanged(): Promise<void> {
    while (this.changed.size > 0) {
      const ids = [...this.changed];
      this.changed.clear();
      for (const tracked of await this.findTracked.byIds(ids))
        this.streams
          .get(tracked.requestId)
          ?.forEach((stream) => stream.send(this.writeStatus.execute(tracked, stream.language)));
    }
  }
}

// A connection that were kept after its stream has ended would hold up the end of the service.
const STREAM_HEADERS = {
  connection: 'close',
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

const plain = (headers: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** Where a stream is taken up again. */
export const LAST_EVENT_ID = {
  'last-event-id': { description: 'The revision that the reader has.' },
};

const revisionIn = (header: string | string[] | undefined): number =>
  /^\d{1,15}$/.test(String(header)) ? Number(header) : 0;
