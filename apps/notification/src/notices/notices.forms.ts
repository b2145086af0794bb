import { IsIn, IsOptional, IsUUID } from 'class-validator';
import type { Call } from '../calls/calls.forms.js';

export const NOTICE_STATES = [
  'pending',
  'sending',
  'sent',
  'failed',
  'superseded',
  'to-call',
  'called',
] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** Which notices an operator wants to see. */
export class NoticesQuery {
  @IsOptional() @IsIn(NOTICE_STATES) state?: NoticeState;
  /** Id of a request. */
  @IsOptional() @IsUUID() request?: string;
}

/** What a request had to tell on one day beyond the limit. */
export interface Withheld {
  requestId: string;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  day: string;
  count: number;
  lastKey: string;
  lastAt: Date;
}

/** What became of a notice; not what it said. */
export interface DeliveryRecord {
  /** Of the text that says it; other notices may be in it too. */
  id: string;
  requestId: string;
  key: string;
  state: NoticeState;
  attempts: number;
  /** Why the last try failed, a code. */
  reason: string | null;
  createdAt: Date;
  nextAttemptAt: Date | null;
  /** When it was sent or called, failed or was superseded. */
  settledAt: Date | null;
  /** Calls that a hall made because the contact is a landline. */
  calls: Call[];
}
