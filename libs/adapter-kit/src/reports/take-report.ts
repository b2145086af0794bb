import { Injectable } from '@nestjs/common';
import { Transaction } from '@lianban/messaging';
import { Problem } from '@lianban/service-kit';
import { Jobs } from '../jobs/jobs.js';
import { noteReport, type JobReport } from '../jobs/note-report.js';

export class UnknownJob extends Problem {
  constructor() {
    super('unknown-job', 404, { 'zh-CN': '贵单位没有这个子办件。', en: 'You have no such job.' });
  }
}

/** The same report came before; it was kept then, and a provider need not send it again. */
export class ReportRepeated extends Problem {
  constructor() {
    super('report-repeated', 409, {
      'zh-CN': '该报告此前已收到。',
      en: 'This report has been taken before.',
    });
  }
}

export interface Reported {
  id: string;
  provider: string;
  requestId: string;
  attempt: number;
  report: JobReport;
}

/** Keeps what a provider reported, in its own words, and applies it where it is news. */
@Injectable()
export class TakeReport {
  constructor(
    private readonly transaction: Transaction,
    private readonly jobs: Jobs,
  ) {}

  async execute({ id, provider, requestId, attempt, report }: Reported): Promise<void> {
    await this.transaction.run(async (work) => {
      let notApplied: string | undefined;
      await this.jobs.change(work, [requestId], (files, context) => {
        const file = files.get(requestId);
        const placement = file?.placements.find((each) => each.attempt === attempt);
        if (!file || placement?.wanted.provider !== provider) throw new UnknownJob();
        notApplied = noteReport(file, attempt, report, context);
      });
      const kept = await work.manager.query<unknown[]>(
        `insert into report (provider, id, request_id, attempt, not_applied, body) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing returning 1`,
        [provider, id, requestId, attempt, notApplied ?? null, JSON.stringify(report)],
      );
      if (kept.length === 0) throw new ReportRepeated();
    });
  }
}
