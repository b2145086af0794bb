import { Inject, Injectable } from '@nestjs/common';
import { Catalogue, nameOfItem, nameOfProvider, nameOfReason, shanghaiDate } from '@lianban/catalogue';
import { maskNumber, type JobDesired, type JobPerson, type Utility } from '@lianban/contracts';
import { Clock, NotFound, type Caller, type Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { UTILITY } from '../adapter.js';
import type { Operation } from '../jobs/operation.js';
import type { Placement, PlacementState } from '../jobs/placement.js';
import { PLACEMENT, toPlacement } from '../jobs/sql-job.repository.js';
import type { JobReport } from '../jobs/job-report.js';
import { partOfJob } from '../jobs/known-codes.js';
import type { NotApplied } from '../jobs/report-order.js';
import { amendedParts } from './amended-parts.js';
import type { ClaimEvent } from './job-claims.js';
import { VIEW_SECONDS } from './job-views.js';
import { offeredActions, type OfferedAction } from './offered-actions.js';
import type { OfficerAct } from './officer-acts.js';
import { shownJob, type ShownJob } from './shown-job.js';
import { urgencyOf, type Due } from './urgency.js';

/** What was reported on a job, and why it changed nothing where it did not. */
export interface KeptReport {
  at: string;
  notApplied: NotApplied | null;
  report: JobReport;
}

/** An officer's act, its codes in her language. */
export interface ShownAct extends OfficerAct {
  shown: { reason?: string; stage?: string; items?: string[] };
}

/** What the provider's system was told. */
export interface SentOperation extends Pick<Operation, 'id' | 'kind' | 'status' | 'tries' | 'lastError'> {
  since: string;
}

/** A colleague who has the job open now. */
export interface Viewer {
  officer: string;
  seenAt: string;
}

export interface JobInFull {
  /** Document numbers are masked. */
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
  due: Due;
  /** The newest 200, oldest first. */
  reports: KeptReport[];
  /** In the language of the officer. */
  shown: ShownJob;
  /** Who had it in hand, oldest first. */
  claims: ClaimEvent[];
  /** What she may do next, and nothing else. */
  actions: OfferedAction[];
  /** What officers did, the newest 200, oldest first. */
  acts: ShownAct[];
  /** What the provider's system was told, the newest 50, oldest first; empty where the provider works here. */
  operations: SentOperation[];
  /** What differs from the version that she saw last: `applicant`, `agent`, `address`, `fields.<code>`, or a material's code. */
  amended: string[];
  /** Colleagues who have it open now. */
  viewers: Viewer[];
  /** Name of the provider that has it now, where it was given to another. */
  passedTo: string | null;
}

/** A provider that has lost its mind reports without end. */
const REPORTS_SHOWN = 200;
const ACTS_SHOWN = 200;
const OPERATIONS_SHOWN = 50;

/** Everything the provider may know of one of its jobs, with what was done and reported. */
@Injectable()
export class FindJob {
  constructor(
    private readonly dataSource: DataSource,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  async execute(caller: Caller, requestId: string, language: Language): Promise<JobInFull> {
    const [found] = await this.dataSource.query<FoundJob[]>(FIND, [
      caller.provider,
      requestId,
      caller.subject,
    ]);
    if (!found) throw new NotFound();
    const { reports, claims, dossier, seen, acts, operations, viewers, passedTo } = found;
    const row = PLACEMENT.read(found);
    const placement = toPlacement(row, this.utility, dossier);
    const now = this.clock.now();
    const isOwnSystem = this.catalogue.provider(placement.provider)?.dialect !== 'workbench';
    return {
      job: shownToOfficers(placement),
      due: {
        urgentOn: row.urgentOn,
        provisional: row.holderDeadline ? row.holderDeadlineProvisional : row.promisedDateProvisional,
        ...urgencyOf(row.urgentOn, shanghaiDate(now), this.catalogue.calendar),
      },
      reports,
      claims,
      shown: shownJob(placement, language, this.catalogue),
      actions: offeredActions(placement, caller, language, this.catalogue, now),
      acts: acts.map((act) => this.showAct(act, placement.desired, language)),
      operations: isOwnSystem ? operations : [],
      amended: seen ? amendedParts(seen, dossier) : [],
      viewers,
      passedTo: passedTo && nameOfProvider(passedTo, this.catalogue)[language],
    };
  }

  private showAct(act: OfficerAct, desired: JobDesired, language: Language): ShownAct {
    const { reason, stage, correction } = act.said;
    const stageName = partOfJob(desired, this.catalogue)?.stages.find(({ code }) => code === stage)?.name;
    return {
      ...act,
      shown: {
        ...(reason && { reason: nameOfReason(reason, this.catalogue)[language] }),
        ...(stageName && { stage: stageName[language] }),
        ...(correction && {
          items: correction.items.map((item) => nameOfItem(item, this.catalogue)[language]),
        }),
      },
    };
  }
}

type Dossier = JobDesired['dossier'];

type FoundJob = Pick<JobInFull, 'reports' | 'claims' | 'operations' | 'viewers' | 'passedTo'> & {
  dossier: Dossier;
  /** The version that she saw last, where it is older. */
  seen: Dossier | null;
  acts: OfficerAct[];
};

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
  return { ...job, desired: { ...job.desired, dossier: masked(job.desired.dossier) } };
}

const masked = (dossier: Dossier): Dossier => ({
  ...dossier,
  applicant: withMask(dossier.applicant),
  ...(dossier.agent && { agent: withMask(dossier.agent) }),
});

function withMask(person: JobPerson): JobPerson {
  const { documentType = '', documentNumber } = person;
  return documentNumber
    ? { ...person, documentNumber: maskNumber({ documentType, documentNumber }) }
    : person;
}

const OF_JOB = 'request_id = p.request_id and attempt = p.attempt';

const FIND = `select ${PLACEMENT.select('p')}, d.body as dossier,
  (select coalesce(jsonb_agg(jsonb_build_object('at', r.received_at, 'notApplied', r.not_applied, 'report', r.body)
     order by r.received_at), '[]') from (select * from report where ${OF_JOB}
     order by received_at desc limit ${REPORTS_SHOWN}) r) as reports,
  (select coalesce(jsonb_agg(jsonb_build_object('at', c.at, 'act', c.act, 'officer', c.officer, 'by', c.acted_by)
     order by c.id), '[]') from claim_event c where c.request_id = p.request_id and c.attempt = p.attempt) as claims,
  (select coalesce(jsonb_agg(jsonb_build_object('at', a.at, 'officer', a.officer, 'act', a.act, 'said', a.said)
     order by a.id), '[]') from (select * from officer_act where ${OF_JOB}
     order by id desc limit ${ACTS_SHOWN}) a) as acts,
  (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'kind', o.kind, 'status', o.status, 'since', o.since,
     'tries', o.tries, 'lastError', o.last_error) order by o.seq), '[]') from (select * from operation where ${OF_JOB}
     order by seq desc limit ${OPERATIONS_SHOWN}) o) as operations,
  (select coalesce(jsonb_agg(jsonb_build_object('officer', v.officer, 'seenAt', v.seen_at) order by v.officer), '[]')
     from job_view v where v.request_id = p.request_id and v.attempt = p.attempt and v.officer <> $3
     and v.seen_at > clock_timestamp() - interval '${VIEW_SECONDS} seconds') as viewers,
  (select n.provider from placement n where n.request_id = p.request_id and n.attempt > p.attempt
     order by n.attempt desc limit 1) as "passedTo",
  (select s.body from job_view v join lateral (select body from dossier where request_id = v.request_id
     and version <= v.version order by version desc limit 1) s on true
   where v.request_id = p.request_id and v.attempt = p.attempt and v.officer = $3 and v.version < p.dossier_version) as seen
 from placement p join dossier d on d.request_id = p.request_id and d.version = p.dossier_version
 where p.provider = $1 and p.request_id = $2 order by p.attempt desc limit 1`;
