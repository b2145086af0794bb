import { Injectable } from '@nestjs/common';
import { Clock, Log, NotFound, type Caller } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { ServiceRequest } from '../requests/service-request.entity.js';
import { requestReference } from '../requests/request-identity.js';

/** The numbers of the documents, which every other answer masks. */
export interface DisclosedNumbers {
  applicant: string;
  agent?: string;
}

/** Shows a clerk the whole document numbers of a request, and stores who saw them, when and why. */
@Injectable()
export class DiscloseNumbers {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @throws NotFound */
  async execute(caller: Caller, receiptNumber: string, reason: string): Promise<DisclosedNumbers> {
    const request = await this.database.manager.findOneBy(
      ServiceRequest,
      requestReference(caller, receiptNumber),
    );
    if (!request) throw new NotFound();
    await this.database.query(
      'insert into disclosure (request_id, disclosed_at, disclosed_to, reason) values ($1, $2, $3, $4)',
      [request.id, this.clock.now(), caller.subject, reason],
    );
    this.log.log('document numbers were shown', { requestId: request.id, by: caller.subject });
    const { applicant, agent } = request.dossier;
    return { applicant: applicant.documentNumber, ...(agent && { agent: agent.documentNumber }) };
  }
}
