import { IsIn, IsOptional, IsUUID } from 'class-validator';

export const NOTICE_STATES = ['pending', 'sending', 'sent', 'failed', 'overtaken'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** Which notices an operator wants to see. */
export class NoticesQuery {
  @IsOptional() @IsIn(NOTICE_STATES) state?: NoticeState;
  /** Id of a request. */
  @IsOptional() @IsUUID() request?: string;
}

/** What became of a notice; not what it said. */
export interface DeliveryRecord {
  id: string;
  requestId: string;
  key: string;
  state: NoticeState;
  attempts: number;
  /** Why the last try failed, a code. */
  reason: string | null;
  createdAt: Date;
  nextAttemptAt: Date | null;
  /** When it was sent, failed or was overtaken. */
  settledAt: Date | null;
}
