import { Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { DataSource } from 'typeorm';
import type { CallToMake } from './calls.forms.js';
import { HAS_NOTICE } from '../delivery/leased-texts.js';
import { CALLS } from '../notices/delivery-records.js';
import { renderText, selectTextContent, type TextContent } from '../templates/render-text.js';

const PAGE_SIZE = 50;

interface Row extends Omit<CallToMake, 'text'>, Pick<TextContent, 'language' | 'notices'> {
  seq: string;
}

/** The calls that a hall must make, oldest first. */
@Injectable()
export class ListCalls {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
  ) {}

  async execute(hall: string, after = '0'): Promise<{ calls: CallToMake[]; next?: string }> {
    const rows = await this.database.query<Row[]>(LIST, [hall, after, PAGE_SIZE + 1]);
    const page = rows.slice(0, PAGE_SIZE);
    const calls = page.map((row) => {
      const { seq: _1, language: _2, notices: _3, ...call } = row;
      return { ...call, text: renderText(row, this.catalogue) };
    });
    return { calls, ...(rows.length > PAGE_SIZE && { next: page.at(-1)!.seq }) };
  }
}

const LIST = `
  select t.id, t.seq, t.request_id as "requestId", c.phone, t.created_at as since, ${CALLS} as calls,
    ${selectTextContent('t.request_id', 't.id')}
  from text_message t join request_state k on k.request_id = t.request_id
    join contact c on c.request_id = t.request_id
  where t.state = 'to-call' and t.hall = $1 and t.seq > $2::bigint and ${HAS_NOTICE}
  order by t.seq limit $3`;
