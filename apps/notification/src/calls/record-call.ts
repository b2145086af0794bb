import { Injectable } from '@nestjs/common';
import { Clock, NotFound, type Caller } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import type { CallForm } from './calls.forms.js';

/** Stores who called and the outcome, also of texts that were superseded meanwhile. */
@Injectable()
export class RecordCall {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFound */
  async execute({ hall, subject }: Caller, id: string, { outcome, together = [] }: CallForm): Promise<void> {
    const rows = await this.database.query<unknown[]>(RECORD, [
      id,
      hall,
      this.clock.now(),
      subject,
      outcome,
      outcome === 'reached' ? 'called' : 'failed',
      together,
    ]);
    if (rows.length === 0) throw new NotFound();
  }
}

const RECORD = `with call_made as (
    select t.request_id, t.id from text_message called
      join text_message t on t.id = called.id or (t.id = any($7) and t.request_id = called.request_id)
    where called.id = $1 and called.hall = $2),
  settled as (
    update text_message set state = $6, settled_at = $3, reason = case when $6 = 'failed' then $5 end
    where $5 <> 'no-answer' and id in (select id from call_made) and state = 'to-call')
  insert into call (request_id, text_id, called_at, called_by, outcome)
  select request_id, id, $3, $4, $5 from call_made returning id`;
