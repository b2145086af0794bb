import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { JobDesired, Utility } from '@lianban/contracts';
import { NotFound, type Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { UTILITY } from '../adapter.js';
import type { Placement, PlacementState } from '../jobs/placement.js';
import { PLACEMENT, toPlacement } from '../jobs/sql-job.repository.js';
import type { JobReport } from '../jobs/job-report.js';
import type { NotApplied } from '../jobs/report-order.js';
import type { ClaimEvent } from './job-claims.js';
import { shownInList, shownJob, type ShownInList, type ShownJob } from './shown-job.js';

export interface ListedJob {
  requestId: string;
  receiptNumber: string;
  matter: string;
  state: string;
  reason: string | null;
  urgentOn: string;
  /** Does that date rest on a year whose holidays are not announced yet? */
  provisional: boolean;
  claimedBy: string | null;
  withdrawal: string;
  /** In the language of the officer. */
  shown: ShownInList;
}

export interface JobPage {
  jobs: ListedJob[];
  /** Give it as `after` for the next page; absent on the last. */
  next?: string;
}

/** What was reported on a job, and why it changed nothing where it did not. */
export interface KeptReport {
  at: string;
  notApplied: NotApplied | null;
  report: JobReport;
}

export interface JobInFull {
  job: Omit<
    PlacementState,
    | 'lastSequence'
    | 'isLastReportAhead'
    | 'changes'
    | 'changesSince'
    | 'deferredUntil'
    | 'ackedDigest'
    | 'refusedWithdrawal'
    | 'operation'
    | 'closed'
    | 'findings'
  >;
  /** The newest 200, oldest first. */
  reports: KeptReport[];
  /** In the language of the officer. */
  shown: ShownJob;
  /** Who had it in hand, oldest first. */
  claims: ClaimEvent[];
}

const PAGE = 50;
/** A provider that has lost its mind reports without end. */
const REPORTS_SHOWN = 200;

/** A provider's open jobs, the most urgent first; one that was given to another stays until its withdrawal is answered. */
@Injectable()
export class FindJobs {
  constructor(
    private readonly dataSource: DataSource,
    private readonly catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  async list(
    provider: string,
    language: Language,
    [date, id]: readonly [string, string] = ['0001-01-01', NIL],
  ): Promise<JobPage> {
    const jobs = await this.dataSource.query<(Omit<ListedJob, 'shown'> & { registeredAt: string })[]>(
      `select p.request_id as "requestId", d.body->>'receiptNumber' as "receiptNumber", d.body->>'matter' as matter,
        d.body->>'registeredAt' as "registeredAt", p.state, p.reason, p.urgent_on::text as "urgentOn",
        case when p.holder_deadline is null then p.promised_date_provisional else p.holder_deadline_provisional end as provisional,
        p.claimed_by as "claimedBy", p.withdrawal
       from (select * from placement where provider = $1 and (urgent_on, request_id) > ($2::date, $3::uuid) and is_open
         order by urgent_on, request_id limit ${PAGE + 1}) p
       join dossier d on d.request_id = p.request_id and d.version = p.dossier_version
       order by p.urgent_on, p.request_id`,
      [provider, date, id],
    );
    const page = jobs.slice(0, PAGE).map(({ registeredAt, ...job }) => ({
      ...job,
      shown: shownInList({ ...job, registeredAt }, language, this.catalogue),
    }));
    const last = page.at(-1);
    return { jobs: page, ...(jobs.length > PAGE && { next: `${last!.urgentOn}_${last!.requestId}` }) };
  }

  /** Everything the provider may know of one job, with what it reported. */
  async one(provider: string, requestId: string, language: Language): Promise<JobInFull> {
    const [found] = await this.dataSource.query<FoundJob[]>(
      `select ${PLACEMENT.select('p')}, d.body as dossier,
        (select coalesce(jsonb_agg(jsonb_build_object('at', r.received_at, 'notApplied', r.not_applied, 'report', r.body)
           order by r.received_at), '[]') from (select * from report where request_id = p.request_id and attempt = p.attempt
           order by received_at desc limit ${REPORTS_SHOWN}) r) as reports,
        (select coalesce(jsonb_agg(jsonb_build_object('at', c.at, 'act', c.act, 'officer', c.officer, 'by', c.acted_by)
           order by c.id), '[]') from claim_event c where c.request_id = p.request_id and c.attempt = p.attempt) as claims
       from placement p join dossier d on d.request_id = p.request_id and d.version = p.dossier_version
       where p.provider = $1 and p.request_id = $2 order by p.attempt desc limit 1`,
      [provider, requestId],
    );
    if (!found) throw new NotFound();
    const { reports, claims, dossier } = found;
    const job = shownToOfficers(toPlacement(PLACEMENT.read(found), this.utility, dossier));
    return { job, reports, claims, shown: shownJob(job, language, this.catalogue) };
  }
}

type FoundJob = Pick<JobInFull, 'reports' | 'claims'> & { dossier: JobDesired['dossier'] };

function shownToOfficers(placement: Placement): JobInFull['job'] {
  const { lastSequence: _1, isLastReportAhead: _2, changes: _3, changesSince: _4, ...shown } = placement;
  const {
    deferredUntil: _5,
    ackedDigest: _6,
    operation: _7,
    closed: _8,
    findings: _9,
    refusedWithdrawal: _10,
    ...job
  } = shown;
  return job;
}

const NIL = '00000000-0000-0000-0000-000000000000';
