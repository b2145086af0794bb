import { Inject, Injectable } from '@nestjs/common';
import { findTopic, TOPICS } from '@lianban/contracts';
import { DataSource } from 'typeorm';
import { Checkpoints } from '../checkpoints.js';
import { SERVICE } from '../messaging.config.js';
import { deleteRows, ROW_COLUMNS, toOutboxRow, type StoredRow } from '../outbox/outbox-table.js';
import { Outbox, type OutboxRow } from '../outbox/outbox.js';
import { WriteBuffer } from '../outbox/write-buffer.js';
import type { TrackedRow } from './tracked-row.js';

/** What one look at the table reads, however many rows lie in it for a group that is stuck: to fetch rows, and only to find out. */
const PAGE_ROWS = 100;
const SEARCHED_ROWS = 5_000;
const nextRows = (count: number): string => `select * from outbox where id > $1 order by id limit ${count}`;
export const BEFORE_ALL = '0';
/** A row of this age that is in no queue was left there at a start, or its commit was not heard of. */
const LEFT_AFTER = `interval '3 seconds'`;

/** A row of the outbox, and the groups that have not handled it; null: all that read its topic. */
export type OfferedRow = OutboxRow & { pendingGroups?: string[] | null };

export interface OutboxPage {
  rows: OfferedRow[];
  /** After which row the next page begins, where there is one. */
  next?: string;
}

/** This service's outbox on the embedded transport: committed rows are offered to the groups of this process and deleted when all have handled them. */
@Injectable()
export class EmbeddedOutbox extends Outbox {
  /** Rows in some queue, and those whose end is not written yet. */
  private readonly tracked = new Map<string, TrackedRow>();
  private readonly deletions = new WriteBuffer<TrackedRow>((rows) => this.delete(rows));
  private readonly marks = new WriteBuffer<TrackedRow>((rows) => this.mark(rows));
  /** Offers rows to the groups of this process; nobody is there before the transport has started. */
  offer: (rows: OutboxRow[]) => void = () => {};
  private searchedTo = BEFORE_ALL;

  constructor(
    private readonly dataSource: DataSource,
    private readonly checkpoints: Checkpoints,
    @Inject(SERVICE) private readonly service: string,
  ) {
    super();
  }

  get length(): number {
    return [...this.tracked.values()].reduce((sum, { row }) => sum + row.messages.length, 0);
  }

  /** An offer never waits: what finds no room in a queue stays a row. */
  override reserve(): number {
    return 0;
  }

  override release(): void {}

  override send(rows: OutboxRow[]): void {
    this.offer(rows);
  }

  publishesFor(group: string): boolean {
    return TOPICS.some(
      ({ publishers, readers }) => publishers.includes(this.service) && readers.includes(group),
    );
  }

  /** The row as it is tracked from now on, or was before. */
  track(row: OfferedRow): TrackedRow {
    const known = this.tracked.get(row.rowId);
    if (known) return known;
    const tracked: TrackedRow = {
      row,
      queued: new Set(),
      left: new Set(row.pendingGroups ?? findTopic(row.topic)?.readers),
      isPartlyDone: (row.pendingGroups ?? null) !== null,
      onUnqueued: () => this.settle(tracked),
    };
    this.tracked.set(row.rowId, tracked);
    return tracked;
  }

  isTracked({ rowId }: OutboxRow): boolean {
    return this.tracked.has(rowId);
  }

  forget({ row }: TrackedRow): void {
    this.tracked.delete(row.rowId);
  }

  /** The next page of the outbox, as far as its rows are for this group and not handled by it or in its queue. */
  async readPage(group: string, after: string): Promise<OutboxPage> {
    const topics = TOPICS.filter(({ readers }) => readers.includes(group)).map(({ name }) => name);
    const known = [...this.tracked.values()].filter(({ left }) => !left.has(group));
    const [page] = await this.dataSource.query<[{ last: string | null; count: number }]>(
      `select max(id) as last, count(*)::int as count from (${nextRows(PAGE_ROWS)}) page`,
      [after],
    );
    if (page.last === null) return { rows: [] };
    const rows = await this.dataSource.query<(StoredRow & Pick<OfferedRow, 'pendingGroups'>)[]>(
      `select ${ROW_COLUMNS}, pending_groups as "pendingGroups" from outbox
       where id > $1 and id <= $2 and id <> all($3::bigint[]) and topic = any($4)
         and (pending_groups is null or $5 = any(pending_groups)) order by id`,
      [after, page.last, known.map(({ row }) => row.rowId), topics, group],
    );
    return {
      rows: rows.map((row) => ({ ...toOutboxRow(row, this.service), pendingGroups: row.pendingGroups })),
      ...(page.count === PAGE_ROWS && { next: page.last }),
    };
  }

  /** Groups for which rows lie here that are in no queue: a part of it is searched each time, and at its end it begins again. */
  async findGroupsLeft(): Promise<Set<string>> {
    const [page] = await this.dataSource.query<
      [{ last: string; count: number; left: [string, string[] | null][] | null }]
    >(
      `select max(id) as last, count(*)::int as count, json_agg(distinct jsonb_build_array(topic, pending_groups))
         filter (where created_at < now() - ${LEFT_AFTER} and id <> all($2::bigint[])) as left
       from (${nextRows(SEARCHED_ROWS)}) page`,
      [this.searchedTo, [...this.tracked.keys()]],
    );
    this.searchedTo = page.count === SEARCHED_ROWS ? page.last : BEFORE_ALL;
    return new Set(page.left?.flatMap(([topic, groups]) => groups ?? findTopic(topic)?.readers ?? []));
  }

  async close(): Promise<void> {
    await Promise.all([this.deletions.close(), this.marks.close()]);
  }

  private settle(tracked: TrackedRow): void {
    if (tracked.left.size === 0) this.deletions.add([tracked]);
    else if (tracked.isPartlyDone) this.marks.add([tracked]);
    else this.forget(tracked);
  }

  private async delete(rows: TrackedRow[]): Promise<void> {
    await deleteRows(
      this.dataSource,
      rows.map(({ row }) => row.rowId),
    );
    rows.forEach((tracked) => this.forget(tracked));
    await this.checkpoints.reach('outbox-deleted');
  }

  /** Those that had no room get the row later; the others do not get it again. */
  private async mark(rows: TrackedRow[]): Promise<void> {
    const left = rows.filter(({ queued }) => queued.size === 0);
    const groups = new Map<string, string[]>();
    for (const { row, left: pending } of left) {
      const key = [...pending].toSorted().join();
      groups.set(key, [...(groups.get(key) ?? []), row.rowId]);
    }
    for (const [key, ids] of groups)
      await this.dataSource.query('update outbox set pending_groups = $2 where id = any($1::bigint[])', [
        ids,
        key.split(','),
      ]);
    for (const tracked of left) if (tracked.queued.size === 0) this.forget(tracked);
  }
}
