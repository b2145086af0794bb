import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import { readReceiptNumber } from '@lianban/contracts';
import { Clock, type Caller, type Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { shownInList, type ShownInList } from './shown-job.js';
import { urgencyOf, type Due, type Urgency } from './urgency.js';
import type { JobsFilter } from './workbench.forms.js';

/** What happened to a job since the officer last had it open; `unseen`: she never had. */
export type JobChange = 'unseen' | 'amended' | 'withdrawn';

export interface ListedJob extends Due {
  requestId: string;
  receiptNumber: string;
  matter: string;
  registeredAt: string;
  address: string;
  state: string;
  reason: string | null;
  claimedBy: string | null;
  withdrawal: string;
  change: JobChange | null;
  /** In the language of the officer. */
  shown: ShownInList;
}

export interface JobPage {
  jobs: ListedJob[];
  /** Give it as `after` for the next page; absent on the last. */
  next?: string;
}

/** How many open jobs an officer has in hand. */
export interface OfficerLoad {
  officer: string;
  jobs: number;
}

export type Position = readonly [date: string, requestId: string];

const FIRST: Position = ['0001-01-01', '00000000-0000-0000-0000-000000000000'];

type Row = Omit<ListedJob, 'shown' | keyof Urgency>;

/** A provider's open jobs, the most urgent first; one that was given to another stays until its withdrawal is answered. */
@Injectable()
export class ListJobs {
  constructor(
    private readonly dataSource: DataSource,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  async page(
    caller: Caller,
    language: Language,
    filter: JobsFilter,
    after: Position = FIRST,
    size = 50,
  ): Promise<JobPage> {
    const { provider, subject } = caller;
    const { scope = 'all', state } = filter;
    const conditions = [SCOPES[scope], ...(state ? ['and state = $5'] : [])].join(' ');
    const rows = await this.dataSource.query<Row[]>(
      `select ${LISTED} from (select * from placement
         where provider = $1 and is_open and (urgent_on, request_id) > ($2::date, $3::uuid) ${conditions}
         order by urgent_on, request_id limit ${size + 1}) p
       ${JOINED} order by p.urgent_on, p.request_id`,
      [provider, ...after, subject, ...(state ? [state] : [])],
    );
    const last = rows.length > size ? rows[size - 1] : undefined;
    return {
      jobs: rows.slice(0, size).map((row) => this.show(row, language)),
      ...(last && { next: `${last.urgentOn}_${last.requestId}` }),
    };
  }

  /** The provider's job of this receipt, ended or not. */
  async ofReceipt({ provider, subject }: Caller, language: Language, typed: string): Promise<JobPage> {
    const rows = await this.dataSource.query<Row[]>(
      `select ${LISTED} from (select distinct on (request_id) * from placement where provider = $1 and request_id in
         (select request_id from dossier where body->>'receiptNumber' = $2) order by request_id, attempt desc limit 10) p
       ${JOINED.replace('$4', '$3')}`,
      [provider, readReceiptNumber(typed), subject],
    );
    return { jobs: rows.map((row) => this.show(row, language)) };
  }

  /** Officers of the provider with jobs in hand, the fewest first, 200 at most. */
  officers({ provider }: Caller): Promise<OfficerLoad[]> {
    return this.dataSource.query(
      `select claimed_by as officer, count(*)::int as jobs from placement
       where provider = $1 and claimed_by is not null and is_open group by claimed_by order by jobs, officer limit 200`,
      [provider],
    );
  }

  private show(row: Row, language: Language): ListedJob {
    const urgency = urgencyOf(row.urgentOn, shanghaiDate(this.clock.now()), this.catalogue.calendar);
    return { ...row, ...urgency, shown: shownInList(row, language, this.catalogue) };
  }
}

const SCOPES = { all: '', mine: 'and claimed_by = $4', pool: 'and claimed_by is null' };

const LISTED = `p.request_id as "requestId", d.body->>'receiptNumber' as "receiptNumber", d.body->>'matter' as matter,
  d.body->>'registeredAt' as "registeredAt", d.body->'address'->>'text' as address, p.state, p.reason,
  p.urgent_on::text as "urgentOn",
  case when p.holder_deadline is null then p.promised_date_provisional else p.holder_deadline_provisional end as provisional,
  p.claimed_by as "claimedBy", p.withdrawal,
  case when not p.is_open then null
    when p.withdrawal = 'asked' and coalesce(v.version, 0) < p.desired_version then 'withdrawn'
    when v.version is null then 'unseen'
    when v.version < p.dossier_version and s.body::text is distinct from d.body::text then 'amended' end as change`;

/** The dossier as it is, and as the officer has seen it. */
const JOINED = `join dossier d on d.request_id = p.request_id and d.version = p.dossier_version
  left join job_view v on v.request_id = p.request_id and v.attempt = p.attempt and v.officer = $4
  left join lateral (select body from dossier where request_id = p.request_id and version <= v.version
    order by version desc limit 1) s on v.version < p.dossier_version`;
