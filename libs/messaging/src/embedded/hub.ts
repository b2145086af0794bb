import { Logger } from '@nestjs/common';
import { addressOf, clientOf, type DatabaseConfig } from '@lianban/service-kit';
import type pg from 'pg';
import { backoffMs } from '../failures.js';
import { EMBEDDED_LOCK } from '../installation.js';
import { PollLoop } from '../poll-loop.js';
import type { ProcessExit } from '../process-exit.js';
import { BEFORE_ALL, type EmbeddedOutbox, type OfferedRow } from './embedded-outbox.js';
import { GroupQueue } from './group-queue.js';

/** A process that was killed may hold its lock for a moment yet. */
const LOCK_TRIES = 6;

/** Another process serves this database. */
export class SecondProcess extends Error {
  constructor(database: string) {
    super(
      `Another process serves the database ${database} already, and with TRANSPORT=embedded there can be only one. ` +
        `Stop it first, or run several processes with TRANSPORT=kafka.`,
    );
  }
}

/** Everything of one database in this process: the outboxes of its services, and a queue for each that reads. */
export class Hub {
  private static readonly hubs = new Map<string, Hub>();
  private readonly logger = new Logger('Hub');
  private readonly outboxes = new Set<EmbeddedOutbox>();
  /** By service; of several instances in one process the first is given everything. */
  private readonly groups = new Map<string, GroupQueue[]>();
  private readonly loop = new PollLoop();
  private locked?: Promise<void>;
  private running?: Promise<void>;

  private constructor(
    private readonly name: string,
    private readonly database: DatabaseConfig,
    private readonly sweepMs: number,
    private readonly exit: ProcessExit,
  ) {}

  /**
   * The hub of a database in this process, which the outbox joins.
   * @throws SecondProcess
   */
  static async join(
    database: DatabaseConfig,
    outbox: EmbeddedOutbox,
    sweepMs: number,
    exit: ProcessExit,
  ): Promise<Hub> {
    const name = addressOf(database);
    const hub = Hub.hubs.get(name) ?? new Hub(name, database, sweepMs, exit);
    Hub.hubs.set(name, hub);
    hub.outboxes.add(outbox);
    outbox.offer = (rows) => hub.offer(outbox, rows);
    hub.locked ??= hub.lockFirst();
    try {
      await hub.locked;
    } catch (error) {
      await hub.leave(outbox);
      throw error;
    }
    return hub;
  }

  async leave(outbox: EmbeddedOutbox): Promise<void> {
    outbox.offer = () => {};
    this.outboxes.delete(outbox);
    await outbox.close();
    if (this.outboxes.size > 0) return;
    if (Hub.hubs.get(this.name) === this) Hub.hubs.delete(this.name);
    this.loop.stop();
    await this.running;
  }

  add(group: GroupQueue): void {
    this.groups.set(group.name, [...(this.groups.get(group.name) ?? []), group]);
    group.start();
  }

  async remove(group: GroupQueue): Promise<void> {
    const others = this.groups.get(group.name)!.filter((each) => each !== group);
    this.groups.set(group.name, others);
    await group.stop();
    others[0]?.scanAgain();
  }

  /**
   * Offers rows to the queues of all groups that have not handled them; what finds no room is fetched when they have drained.
   * Answers the first row that the group that is being refilled had no room for.
   */
  private offer(
    outbox: EmbeddedOutbox,
    rows: readonly OfferedRow[],
    refilled?: GroupQueue,
  ): OfferedRow | undefined {
    for (const row of rows) {
      const isNew = !outbox.isTracked(row);
      const tracked = outbox.track(row);
      for (const name of tracked.left) {
        const group = name === refilled?.name ? refilled : this.groups.get(name)?.[0];
        if (!group) continue;
        if (group === refilled ? group.tryRefill(tracked) : group.tryPush(tracked)) {
          tracked.left.delete(name);
          tracked.queued.add(name);
        } else if (group !== refilled) group.scanAgain();
      }
      if (isNew && tracked.queued.size === 0) outbox.forget(tracked);
      if (refilled && tracked.left.has(refilled.name)) return row;
    }
    return undefined;
  }

  /** Fetches what lies in the outboxes for a group, oldest first, a page of each. */
  async refill(group: GroupQueue): Promise<void> {
    const publishers = [...this.outboxes].filter((outbox) => outbox.publishesFor(group.name));
    const scan = group.scan ?? new Map(publishers.map((outbox) => [outbox, BEFORE_ALL]));
    group.beginScan(scan);
    for (const [outbox, after] of scan) {
      const { rows, next } = this.outboxes.has(outbox)
        ? await outbox.readPage(group.name, after)
        : { rows: [] };
      const rejected = this.offer(outbox, rows, group);
      if (rejected) scan.set(outbox, String(BigInt(rejected.rowId) - 1n));
      else if (next !== undefined) scan.set(outbox, next);
      else scan.delete(outbox);
    }
    if (scan.size === 0) group.scan = undefined;
  }

  private async lockFirst(): Promise<void> {
    for (let tries = 1; ; tries++) {
      const session = await this.openSession();
      if (session) {
        this.running = this.hold(session);
        return;
      }
      if (tries === LOCK_TRIES) throw new SecondProcess(this.name);
      await this.loop.sleep(backoffMs(tries));
    }
  }

  /** A session that holds the database's lock; undefined where another process has it. */
  private async openSession(): Promise<pg.Client | undefined> {
    const Session = clientOf(this.database);
    const session = new Session({ application_name: 'lianban', keepAlive: true });
    session.on('error', () => this.loop.nudge());
    try {
      await session.connect();
      const { rows } = await session.query<{ locked: boolean }>(
        `select pg_try_advisory_lock(${EMBEDDED_LOCK}) as locked`,
      );
      if (rows[0]!.locked) return session;
    } catch (error) {
      await session.end().catch(() => {});
      throw error;
    }
    await session.end();
    return undefined;
  }

  /** Looks for rows that are in no queue, and keeps the lock: a lost session is opened again, unless another process was quicker. */
  private async hold(first: pg.Client): Promise<void> {
    let session: pg.Client | undefined = first;
    for (let failures = 0, refusals = 0; !this.loop.isStopped;) {
      await this.loop.sleep(failures + refusals > 0 ? backoffMs(failures + refusals) : this.sweepMs, true);
      try {
        session ??= await this.openSession();
        if (session) {
          await session.query('select 1');
          await this.findLeftRows();
          failures = refusals = 0;
        } else if (++refusals > LOCK_TRIES) return this.giveUp();
      } catch (error) {
        failures += 1;
        this.logger.warn(`the database cannot be reached now: ${(error as Error).message}`);
        void session?.end().catch(() => {});
        session = undefined;
      }
    }
    await session?.end().catch(() => {});
  }

  private giveUp(): void {
    this.logger.error(new SecondProcess(this.name).message);
    this.exit.now();
  }

  private async findLeftRows(): Promise<void> {
    for (const outbox of this.outboxes)
      for (const name of await outbox.findGroupsLeft()) this.groups.get(name)?.[0]?.scanAgain();
  }
}
