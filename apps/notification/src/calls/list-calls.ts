import { Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { Language } from '@lianban/contracts';
import { DataSource } from 'typeorm';
import type { CallToMake } from './calls.forms.js';
import type { Notice } from '../notices/notice.js';
import { renderText } from '../templates/render-text.js';

const PAGE_SIZE = 50;

interface Row extends Omit<CallToMake, 'text'> {
  seq: string;
  language: Language;
  notices: Notice[];
}

/** The calls a hall has to make, the oldest first. */
@Injectable()
export class ListCalls {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
  ) {}

  async execute(hall: string, after = '0'): Promise<{ calls: CallToMake[]; next?: string }> {
    const rows = await this.database.query<Row[]>(LIST, [hall, after, PAGE_SIZE + 1]);
    const page = rows.slice(0, PAGE_SIZE);
    const calls = page.map(({ seq: _, language, notices, ...call }) => ({
      ...call,
      text: renderText(notices, call.receiptNumber, language, this.catalogue),
    }));
    return { calls, ...(rows.length > PAGE_SIZE && { next: page.at(-1)!.seq }) };
  }
}

/** The calls that were made about a notice. */
export const CALLS = `(select coalesce(json_agg(json_build_object('at', c.called_at, 'by', c.called_by, 'outcome', c.outcome)
  order by c.id), '[]') from call c where c.request_id = n.request_id and c.text_id = n.text_id)`;

// What one text would have said together is one call: its first notice that still holds true stands for it.
const LIST = `
  select n.text_id as id, n.seq, n.request_id as "requestId", k.receipt_number as "receiptNumber",
    p.phone, p.language, n.created_at as since, ${CALLS} as calls,
    (select json_agg(e.content order by e.seq) from notice e
     where e.request_id = n.request_id and e.text_id = n.text_id and e.state = 'to-call') as notices
  from notice n join request_state k on k.request_id = n.request_id join contact p on p.request_id = n.request_id
  where n.state = 'to-call' and n.hall = $1 and n.seq > $2::bigint
    and not exists (select 1 from notice e where e.request_id = n.request_id and e.text_id = n.text_id
      and e.state = 'to-call' and e.seq < n.seq)
  order by n.seq limit $3`;
