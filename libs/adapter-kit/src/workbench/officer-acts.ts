import type { EntityManager } from 'typeorm';
import type { TemplateAction } from '@lianban/catalogue';
import type { JobReport } from '../jobs/job-report.js';

/** What an officer did with a job beside her claim; `disclosure`: she had its document numbers shown. */
export interface OfficerAct {
  at: string;
  officer: string;
  act: TemplateAction | 'disclosure';
  said: Partial<Omit<JobReport, 'at'>>;
}

/** Keeps an act for the job's history. */
export async function keepAct(
  manager: EntityManager,
  job: { requestId: string; attempt: number },
  { officer, act, said }: Omit<OfficerAct, 'at'>,
): Promise<void> {
  await manager.query(
    'insert into officer_act (request_id, attempt, officer, act, said) values ($1, $2, $3, $4, $5)',
    [job.requestId, job.attempt, officer, act, JSON.stringify(said, withoutNulls)],
  );
}

/** A form may have null where nothing is said. */
const withoutNulls = (_: string, value: unknown) => value ?? undefined;
