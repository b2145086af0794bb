import { Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { receiptPrefixes } from '@lianban/contracts';
import type { Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import type { StatusSnapshot } from '../projection/status-snapshot.js';
import { stateText, utilityLabel } from '../status/messages.js';
import { statusHead } from '../status/request-status.js';
import type { BoardForm } from './board.forms.js';
import { cursorAt, readCursor, type Order } from './cursor.js';

const PAGE_SIZE = 50;

interface Row {
  requestId: string;
  at: string;
  body: string;
}

/** The requests of one hall, page by page; new rows do not shift later pages. */
@Injectable()
export class ListRequests {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws BadCursor */
  async execute(hall: string, form: BoardForm, language: Language) {
    const after = form.after === undefined ? undefined : readCursor(form.order, form.after);
    const rows = await this.database.query<Row[]>(listRequests(form), [
      hall,
      PAGE_SIZE + 1,
      ...(after ? [after.at, after.requestId] : []),
      ...(form.q ? patternsOf(form.q) : []),
    ]);
    const page = rows.slice(0, PAGE_SIZE);
    return {
      requests: page.map(({ body }) => this.render(JSON.parse(body) as StatusSnapshot, language)),
      ...(rows.length > PAGE_SIZE && { next: cursorAt(form.order, page.at(-1)!) }),
    };
  }

  private render(snapshot: StatusSnapshot, language: Language) {
    return {
      ...statusHead(snapshot, { reader: 'clerk', language }, this.catalogue),
      parts: snapshot.jobs.map(({ utility, state }) => {
        const name = utilityLabel(utility, language);
        return { utility, name, state, stateText: stateText.clerk[state][language] };
      }),
    };
  }
}

/** Always two patterns, because the index serves each separately. */
function patternsOf(q: string): [string, string] {
  const [first, second = first] = receiptPrefixes(q).map(
    (beginning) => `${beginning.replace(/[\\%_]/g, '\\$&')}%`,
  );
  return [first!, second!];
}

const ORDERING: Record<Order, { column: string; at: string; direction: string; follows: string }> = {
  newest: {
    column: 'registered_at',
    at: `to_char(registered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    direction: 'desc',
    follows: '(registered_at, request_id) < ($3::timestamptz, $4::uuid)',
  },
  urgent: {
    column: 'next_deadline',
    at: 'next_deadline::text',
    direction: 'asc',
    follows: '(next_deadline, request_id) > ($3::date, $4::uuid)',
  },
};

/** The SQL of a page: $1 hall, $2 limit, then optionally the position ($3, $4) and the receipt's patterns. */
export function listRequests({ order, phase, after, q }: BoardForm): string {
  const { column, at, direction, follows } = ORDERING[order];
  const conditions = [
    'generation = (select generation from projection) and hall = $1',
    ...(phase === 'all' ? [] : [phase === 'ended' ? 'ended' : 'not ended']),
    ...(after === undefined ? [] : [follows]),
    ...(q
      ? [
          after === undefined
            ? '(receipt_number like $3 or receipt_number like $4)'
            : '(receipt_number like $5 or receipt_number like $6)',
        ]
      : []),
  ];
  return `
    select request_id as "requestId", ${at} as at, body from request_view
    where ${conditions.join(' and ')} order by ${column} ${direction}, request_id ${direction} limit $2`;
}
