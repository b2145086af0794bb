import { Controller, Get, Param } from '@nestjs/common';
import { readReceiptNumber, type RequestAtIntake } from '@lianban/contracts';
import { FindMessagesOfRequest } from '@lianban/messaging';
import { NotFound, Roles } from '@lianban/service-kit';
import { isUUID } from 'class-validator';
import { DataSource } from 'typeorm';

/** What an operator sees of a request here: no dossier, for it is personal. */
@Controller('v1/ops/intake/requests')
@Roles('operator')
export class InspectRequestController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly messages: FindMessagesOfRequest,
  ) {}

  /** The versions that intake has of a request, and its messages that are not sent or are parked. By id or receipt number. */
  @Get(':reference')
  async inspect(@Param('reference') reference: string): Promise<RequestAtIntake> {
    const [request] = await this.dataSource.query<Omit<RequestAtIntake, 'unsent' | 'parked'>[]>(
      `select r.id as "requestId", r.receipt_number as "receiptNumber", r.hall, r.registered_at as "registeredAt", r.version,
         r.contact_version as "contactVersion", j.version as "statusVersion"
       from service_request r left join job_state j on j.request_id = r.id
       where ${isUUID(reference) ? 'r.id' : 'r.receipt_number'} = $1`,
      [readReceiptNumber(reference)],
    );
    if (!request) throw new NotFound();
    return { ...request, ...(await this.messages.execute(request.requestId)) };
  }
}
