import { Inject, Injectable } from '@nestjs/common';
import type { Utility } from '@lianban/contracts';
import { DataSource } from 'typeorm';
import { UTILITY } from '../adapter.js';
import type { OpenJob } from '../drivers/utility-driver.js';

/** A job to ask for, where it comes in the round, and since when our state of it stands. */
export interface JobToAsk extends OpenJob {
  cursor: string;
  since: string;
}

/** The jobs a provider must be asked for one by one, in a round that begins anew when it is over. */
@Injectable()
export class OpenJobs {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  /** The next page; empty at the end of the round. */
  async page(provider: string, cursor: string | null, size: number): Promise<JobToAsk[]> {
    const after = cursor?.split(' ') ?? ['-infinity', '00000000-0000-0000-0000-000000000000', '0'];
    const rows = await this.dataSource.query<Omit<JobToAsk, 'placement'>[]>(PAGE, [provider, ...after, size]);
    return rows.map((row) => ({ ...row, placement: `${row.requestId}:${this.utility}:${row.attempt}` }));
  }
}

const PAGE = `select request_id as "requestId", attempt, since::text, reference,
    case when withdrawal = 'asked' then operation_id end as withdrawal,
    urgent_on || ' ' || request_id || ' ' || attempt as cursor
  from placement where provider = $1 and (urgent_on, request_id, attempt) > ($2::date, $3::uuid, $4::smallint)
    and is_open and acked_version is not null
  order by urgent_on, request_id, attempt limit $5`;
