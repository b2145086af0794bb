import { Injectable } from '@nestjs/common';
import { Transaction } from '@lianban/messaging';
import { Log, NotFound, type Caller } from '@lianban/service-kit';
import { keepAct } from './officer-acts.js';

/** The numbers of the documents, which every other answer masks; null where the utility may not know one. */
export interface JobNumbers {
  applicant: string | null;
  agent: string | null;
}

/** Shows an officer the whole document numbers of a job, and keeps who saw them, when and why. */
@Injectable()
export class DiscloseNumbers {
  constructor(
    private readonly transaction: Transaction,
    private readonly log: Log,
  ) {}

  async execute({ provider, subject }: Caller, requestId: string, reason: string): Promise<JobNumbers> {
    const numbers = await this.transaction.run(async ({ manager }) => {
      const [found] = await manager.query<(JobNumbers & { attempt: number })[]>(FIND, [provider, requestId]);
      if (!found) throw new NotFound();
      const { attempt, ...shown } = found;
      await keepAct(
        manager,
        { requestId, attempt },
        { officer: subject, act: 'disclosure', said: { text: reason } },
      );
      return shown;
    });
    this.log.log('document numbers were shown', { requestId, by: subject });
    return numbers;
  }
}

const FIND = `select p.attempt, d.body->'applicant'->>'documentNumber' as applicant, d.body->'agent'->>'documentNumber' as agent
  from placement p join dossier d on d.request_id = p.request_id and d.version = p.dossier_version
  where p.provider = $1 and p.request_id = $2 order by p.attempt desc limit 1`;
