import { Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { Language } from '@lianban/contracts';
import { DataSource } from 'typeorm';
import type { CallToMake } from './calls.forms.js';
import { HAS_NOTICE } from '../delivery/leased-texts.js';
import { CALLS } from '../notices/delivery-records.js';
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

const LIST = `
  select t.id, t.seq, t.request_id as "requestId", k.receipt_number as "receiptNumber",
    p.phone, p.language, t.created_at as since, ${CALLS} as calls,
    (select json_agg(n.content order by n.seq) from notice n
     where n.request_id = t.request_id and n.text_id = t.id and n.superseded_at is null) as notices
  from text_message t join request_state k on k.request_id = t.request_id
    join contact p on p.request_id = t.request_id
  where t.state = 'to-call' and t.hall = $1 and t.seq > $2::bigint and ${HAS_NOTICE}
  order by t.seq limit $3`;
