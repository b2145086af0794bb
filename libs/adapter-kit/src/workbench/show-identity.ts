import { Injectable } from '@nestjs/common';
import { Transaction } from '@lianban/messaging';
import { Log, NotFound, type Caller } from '@lianban/service-kit';
import { keepAct } from './officer-acts.js';

/** Identity numbers in full; what the utility may not know is absent. */
export interface IdentityNumbers {
  applicant: string | null;
  agent: string | null;
}

/** Shows identity numbers to an officer who says why, and keeps who saw them. */
@Injectable()
export class ShowIdentity {
  constructor(
    private readonly transaction: Transaction,
    private readonly log: Log,
  ) {}

  async execute({ provider, subject }: Caller, requestId: string, why: string): Promise<IdentityNumbers> {
    const numbers = await this.transaction.run(async ({ manager }) => {
      const [found] = await manager.query<(IdentityNumbers & { attempt: number })[]>(FIND, [
        provider,
        requestId,
      ]);
      if (!found) throw new NotFound();
      const { attempt, ...shown } = found;
      await keepAct(
        manager,
        { requestId, attempt },
        { officer: subject, act: 'view-identity', said: { text: why } },
      );
      return shown;
    });
    this.log.log('identity numbers shown', { officer: subject, request: requestId });
    return numbers;
  }
}

const FIND = `select p.attempt, d.body->'applicant'->>'documentNumber' as applicant, d.body->'agent'->>'documentNumber' as agent
  from placement p join dossier d on d.request_id = p.request_id and d.version = p.dossier_version
  where p.provider = $1 and p.request_id = $2 order by p.attempt desc limit 1`;
