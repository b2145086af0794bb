import { Injectable } from '@nestjs/common';
import {
  findTopic,
  type MessagesOfRequest,
  type ParkedOfRequest,
  type UnsentMessage,
} from '@lianban/contracts';
import { DataSource } from 'typeorm';

const MAX_LISTED = 50;

type UnsentRow = Omit<UnsentMessage, 'readers'> & { pendingGroups: string[] | null };

/** What waits in a service of one request: in its outbox, and parked. */
@Injectable()
export class FindMessagesOfRequest {
  constructor(private readonly dataSource: DataSource) {}

  async execute(requestId: string): Promise<MessagesOfRequest> {
    const [unsent, parked] = await Promise.all([
      this.dataSource.query<UnsentRow[]>(
        `select topic, type, created_at as since, pending_groups as "pendingGroups" from outbox
         where $1::uuid = any(keys) order by id limit ${MAX_LISTED}`,
        [requestId],
      ),
      // The text of a handler's error may quote what it failed over.
      this.dataSource.query<ParkedOfRequest[]>(
        `select id, topic, headers->>'ce_type' as type, reason, attempts, next_retry_at as "nextRetryAt",
           case when reason = 'handler-failed' then split_part(detail, ':', 1) else detail end as detail, parked_at as since
         from parked_message where replayed_at is null and key = $1 order by id limit ${MAX_LISTED}`,
        [requestId],
      ),
    ]);
    return {
      unsent: unsent.map(({ pendingGroups, ...row }) => ({
        ...row,
        readers: pendingGroups ?? findTopic(row.topic)?.readers ?? [],
      })),
      parked,
    };
  }
}
