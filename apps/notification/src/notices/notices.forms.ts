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

/** The notices of a request and day beyond the limit. */
export interface Withheld {
  requestId: string;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  day: string;
  count: number;
  lastKey: string;
  lastAt: Date;
}

/** The delivery of a notice, without its words. */
export interface DeliveryRecord {
  /** Of its text, which may contain other notices too. */
  id: string;
  requestId: string;
  key: string;
  state: NoticeState;
  attempts: number;
  /** The code of the last failure. */
  reason: string | null;
  createdAt: Date;
  nextAttemptAt: Date | null;
  /** When it was sent or called, failed or was superseded. */
  settledAt: Date | null;
  /** Calls that a hall made because the contact is a landline. */
  calls: Call[];
}

/** As an operator sees it. */
export interface ListedNotice extends DeliveryRecord {
  /** Masked. */
  phone: string | null;
  /** Can it be tried again? */
  isRetriable: boolean;
}
