import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfMatter, PROVISIONAL, shanghaiDate } from '@lianban/catalogue';
import { receiptsBeginning } from '@lianban/contracts';
import type { Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { overallOf } from '../status/overall.js';
import { sentenceOf } from '../status/request-status.js';
import { stateText, utilityText } from '../status/sentences.js';
import { jobsOf, type Snapshots } from '../status/tracked.js';
import type { BoardForm } from './board.forms.js';
import { cursorAt, readCursor, type Order } from './cursor.js';

const PAGE = 50;

interface Row {
  requestId: string;
  at: string;
  snapshots: Snapshots;
}

/** The requests of one hall, a page at a time. Rows that come meanwhile move no page that is still to be read. */
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
      PAGE + 1,
      ...(after ? [after.at, after.requestId] : []),
      ...(form.q ? patternsOf(form.q) : []),
    ]);
    const page = rows.slice(0, PAGE);
    return {
      requests: page.map(({ snapshots }) => this.write(snapshots, language)),
      ...(rows.length > PAGE && { next: cursorAt(form.order, page.at(-1)!) }),
    };
  }

  private write(snapshots: Snapshots, language: Language) {
    const { request, decision } = snapshots;
    const registeredOn = shanghaiDate(new Date(request.registeredAt));
    const overall = overallOf(snapshots);
    return {
      receiptNumber: request.receiptNumber,
      applicant: request.applicantMasked,
      matter: {
        code: request.matter,
        name: nameOfMatter(request.matter, registeredOn, this.catalogue)[language],
      },
      ...overall,
      text: sentenceOf(overall, language),
      nextDueDate: decision?.nextDueDate,
      ...(decision?.nextDueDateProvisional && { nextDueDateProvisional: PROVISIONAL[language] }),
      registeredAt: request.registeredAt,
      parts: jobsOf(snapshots).map(({ part: { utility }, progress }) => {
        const state = progress?.state ?? 'placed';
        const name = utilityText[utility][language];
        return { utility, name, state, stateText: stateText[state][language] };
      }),
    };
  }
}

/** Two, also where one would do: an index serves each by itself. */
function patternsOf(q: string): [string, string] {
  const [first, second = first] = receiptsBeginning(q).map(
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
    column: 'next_due_date',
    at: 'next_due_date::text',
    direction: 'asc',
    follows: '(next_due_date, request_id) > ($3::date, $4::uuid)',
  },
};

/** The SQL of a page: $1 hall, $2 how many, then the position ($3, $4) and the receipt's patterns where they are given. */
export function listRequests({ order, phase, after, q }: BoardForm): string {
  const { column, at, direction, follows } = ORDERING[order];
  const conditions = [
    'half = (select current from projection) and hall = $1',
    ...(phase === 'all' ? [] : [phase === 'ended' ? 'ended' : 'not ended']),
    ...(after === undefined ? [] : [follows]),
    ...(q
      ? [
          after === undefined
            ? '(receipt like $3 or receipt like $4)'
            : '(receipt like $5 or receipt like $6)',
        ]
      : []),
  ];
  const ordered = `order by ${column} ${direction}, request_id ${direction}`;
  return `
    select t.request_id as "requestId", t.at, s.snapshots from (
      select half, request_id, ${column}, ${at} as at from tracked_request
      where ${conditions.join(' and ')} ${ordered} limit $2
    ) t, lateral (
      select jsonb_object_agg(s.source, s.body) as snapshots from snapshot s
      where s.half = t.half and s.request_id = t.request_id) s
    ${ordered}`;
}
