import { Injectable } from '@nestjs/common';
import { Batcher, RequestTraces, Transaction, type UnitOfWork } from '@lianban/messaging';
import { Problem } from '@lianban/service-kit';
import type { EntityManager } from 'typeorm';
import type { Context } from '../jobs/context.js';
import type { Job } from '../jobs/job.js';
import { ProviderMetrics } from '../delivery/provider-metrics.js';
import { JobStore } from '../jobs/job-store.js';
import type { JobReport } from '../jobs/job-report.js';
import type { NotApplied } from '../jobs/report-order.js';

export class UnknownJob extends Problem {
  constructor() {
    super('unknown-job', 404, { 'zh-CN': '贵单位没有这个子办件。', en: 'You have no such job.' });
  }
}

/** The same report came before; it was stored then, and a provider need not send it again. */
export class ReportRepeated extends Problem {
  constructor() {
    super('report-repeated', 409, {
      'zh-CN': '该报告此前已收到。',
      en: 'This report has been taken before.',
    });
  }
}

export interface IncomingReport {
  id: string;
  provider: string;
  requestId: string;
  attempt: number;
  report: JobReport;
}

const MAX_BATCH_SIZE = 100;
type Refusal = UnknownJob | ReportRepeated;

/** Keeps what providers reported, in their own words, and applies it where it is news. */
@Injectable()
export class ReceiveReport {
  /** What comes in while a transaction is under way goes into the next one together. */
  private readonly batcher = new Batcher<IncomingReport, Refusal | undefined>(
    (reports) => this.transaction.run((work) => this.receive(work, reports)),
    { maxBatchSize: MAX_BATCH_SIZE },
  );

  constructor(
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
    private readonly traces: RequestTraces,
    private readonly metrics: ProviderMetrics,
  ) {}

  /** @throws UnknownJob, ReportRepeated */
  async execute(reported: IncomingReport): Promise<void> {
    this.traces.enter(reported.requestId);
    const refusal = await this.batcher.enqueue(reported);
    if (refusal) throw refusal;
  }

  /** Answers in their order why a report is not stored, undefined where it is. */
  async receive(work: UnitOfWork, reports: readonly IncomingReport[]): Promise<(Refusal | undefined)[]> {
    for (const { provider } of reports) this.metrics.noteHeard(provider);
    const refusals = new Map<IncomingReport, Refusal>();
    const ids = reports.map(({ requestId }) => requestId);
    const apply = async (jobs: Map<string, Job>, context: Context): Promise<void> => {
      const earlier = await findStoredIds(work.manager, reports);
      const stored: StoredReport[] = [];
      for (const each of reports) {
        const refusal = refusalOf(each, jobs, earlier);
        if (refusal) refusals.set(each, refusal);
        else {
          const notApplied = jobs.get(each.requestId)!.handleReport(each.attempt, each.report, context);
          stored.push({ ...each, notApplied });
          earlier.add(nameOf(each));
        }
      }
      await insertReports(work.manager, stored);
    };
    await this.jobs.update(work, ids, apply);
    return reports.map((each) => refusals.get(each));
  }
}

type StoredReport = IncomingReport & { notApplied: NotApplied | undefined };

const nameOf = ({ requestId, provider, id }: Pick<IncomingReport, 'requestId' | 'provider' | 'id'>): string =>
  `${requestId} ${provider} ${id}`;

function refusalOf(
  each: IncomingReport,
  jobs: ReadonlyMap<string, Job>,
  earlier: ReadonlySet<string>,
): Refusal | undefined {
  const placement = jobs.get(each.requestId)?.find(each.attempt);
  if (placement?.desired.provider !== each.provider) return new UnknownJob();
  return earlier.has(nameOf(each)) ? new ReportRepeated() : undefined;
}

/**
 * Names of those reports that were stored before; the jobs are locked, so no other can come in between. One that
 * is sent again after a month is told by its sequence or its time.
 */
async function findStoredIds(
  manager: EntityManager,
  reports: readonly IncomingReport[],
): Promise<Set<string>> {
  const rows = await manager.query<{ requestId: string; provider: string; id: string }[]>(
    `select request_id as "requestId", provider, id from report
     where request_id = any($1::uuid[]) and id = any($2::text[]) and received_at > now() - interval '30 days'`,
    [reports.map(({ requestId }) => requestId), reports.map(({ id }) => id)],
  );
  return new Set(rows.map(nameOf));
}

async function insertReports(manager: EntityManager, stored: readonly StoredReport[]): Promise<void> {
  if (stored.length === 0) return;
  await manager.query(
    `insert into report (provider, id, request_id, attempt, not_applied, body)
     select provider, id, "requestId", attempt, "notApplied", report
     from jsonb_to_recordset($1::jsonb) r(provider text, id text, "requestId" uuid, attempt integer, "notApplied" text, report jsonb)`,
    [JSON.stringify(stored)],
  );
}
