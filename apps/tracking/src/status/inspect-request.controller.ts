import { Controller, Get, Param } from '@nestjs/common';
import { readReceiptNumber, type RequestAtTracking } from '@lianban/contracts';
import { FindMessagesOfRequest } from '@lianban/messaging';
import { NotFound, Roles } from '@lianban/service-kit';
import { isUUID } from 'class-validator';
import { DataSource } from 'typeorm';

/** What an operator sees of a request here: not the status itself. */
@Controller('v1/ops/tracking/requests')
@Roles('operator')
export class InspectStatusController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly messages: FindMessagesOfRequest,
  ) {}

  /** The version that applicants see, and messages of the request that are parked. By id or receipt number; 404 for a number that it does not know. */
  @Get(':reference')
  async inspect(@Param('reference') reference: string): Promise<RequestAtTracking> {
    const isId = isUUID(reference);
    const [found] = await this.dataSource.query<Omit<RequestAtTracking, 'unsent' | 'parked'>[]>(
      `select request_id as "requestId", version, ended
       from request_view where generation = (select generation from projection)
         and ${isId ? 'request_id' : 'receipt_number'} = $1`,
      [readReceiptNumber(reference)],
    );
    if (!found && !isId) throw new NotFound();
    const request = found ?? { requestId: reference.toLowerCase(), version: 0, ended: false };
    return { ...request, ...(await this.messages.execute(request.requestId)) };
  }
}
