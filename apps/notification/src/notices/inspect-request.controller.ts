import { Controller, Get } from '@nestjs/common';
import type { RequestAtNotification, TextOfRequest } from '@lianban/contracts';
import { FindMessagesOfRequest } from '@lianban/messaging';
import { Roles, UuidParam } from '@lianban/service-kit';
import { DataSource } from 'typeorm';

/** What an operator sees of a request here: neither phone nor text, for they are personal. */
@Controller('v1/ops/notification/requests')
@Roles('operator')
export class InspectNoticesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly messages: FindMessagesOfRequest,
  ) {}

  /** The versions that notification has of a request, its texts, and its messages that are parked. */
  @Get(':requestId')
  async inspect(@UuidParam('requestId') id: string): Promise<RequestAtNotification> {
    const [known] = await this.dataSource.query<
      [Pick<RequestAtNotification, 'statusVersion' | 'contactVersion'>]
    >(
      `select (select version from request_state where request_id = $1) as "statusVersion",
         (select version from contact where request_id = $1) as "contactVersion"`,
      [id],
    );
    const texts = await this.dataSource.query<TextOfRequest[]>(
      `select t.id, array_agg(distinct n.kind) as kinds, t.state, coalesce(t.settled_at, t.created_at) as since, t.attempts,
         case when t.state in ('pending', 'sending') then t.next_attempt_at end as "nextAttemptAt", t.reason
       from notice n join text_message t on t.id = n.text_id
       where n.request_id = $1 group by t.id order by min(n.seq) limit 50`,
      [id],
    );
    return { ...known, texts, ...(await this.messages.execute(id)) };
  }
}
