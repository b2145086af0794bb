import { Controller, Get } from '@nestjs/common';
import type { JobAtRouting, RequestAtRouting } from '@lianban/contracts';
import { FindMessagesOfRequest } from '@lianban/messaging';
import { Roles, UuidParam } from '@lianban/service-kit';
import { DataSource } from 'typeorm';

const UNKNOWN = { version: 0, dossierVersion: 0, endedAt: null };

/** What an operator sees of a request here: no dossier, for it is personal. */
@Controller('v1/ops/routing/requests')
@Roles('operator')
export class InspectRoutingController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly messages: FindMessagesOfRequest,
  ) {}

  /** The request's jobs as routing follows them, and its messages that are not sent or are parked. */
  @Get(':requestId')
  async inspect(@UuidParam('requestId') id: string): Promise<RequestAtRouting> {
    const [request] = await this.dataSource.query<
      Pick<RequestAtRouting, 'version' | 'dossierVersion' | 'endedAt'>[]
    >(
      `select version, dossier_version as "dossierVersion", ended_at as "endedAt"
       from routed_request where request_id = $1`,
      [id],
    );
    const jobs = await this.dataSource.query<JobAtRouting[]>(
      `select utility, provider, attempt, desired_version as "desiredVersion", progress_version as "progressVersion", state,
         state_since as since, reason, holder, holder_deadline::text as "holderDeadline",
         promised_date::text as "promisedDate", operation_kind as operation, operation_delivery as delivery,
         operation_since as "deliverySince", reference, cancel_reason as "cancelReason",
         missed_deadline::text as "missedDeadline"
       from routed_job where request_id = $1 order by position`,
      [id],
    );
    return { ...(request ?? UNKNOWN), jobs, ...(await this.messages.execute(id)) };
  }
}
