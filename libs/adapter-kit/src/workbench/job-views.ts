import { Injectable } from '@nestjs/common';
import { NotFound, type Caller } from '@lianban/service-kit';
import { DataSource } from 'typeorm';

/** So long after it was last said, a job counts as open on an officer's screen. */
export const VIEW_SECONDS = 30;

/** Which version of a job each officer has seen, and who has it open now. */
@Injectable()
export class JobViews {
  constructor(private readonly dataSource: DataSource) {}

  /** She has the job open in this version: said again every few seconds while it is so. */
  async see({ provider, subject }: Caller, requestId: string, version: number): Promise<void> {
    const values = [provider, requestId, subject, version];
    const rows = await this.dataSource.query<object[]>(SEE, values);
    if (rows.length === 0) throw new NotFound();
  }
}

const SEE = `with seen as (
    insert into job_view as v (request_id, attempt, officer, version, seen_at)
    select p.request_id, p.attempt, $3, least($4::int, p.desired_version), clock_timestamp() from placement p
    where p.provider = $1 and p.request_id = $2 order by p.attempt desc limit 1
    on conflict (request_id, attempt, officer) do update
      set version = greatest(v.version, excluded.version), seen_at = excluded.seen_at
    returning 1)
  select 1 from seen`;
