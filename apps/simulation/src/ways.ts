import { noteOutcome, noteReport, takeWish } from '@lianban/adapter-kit/pure';
import type { Calendar } from '@lianban/catalogue';
import type { RequestEvent } from '@lianban/contracts';
import type { AwaitedPart, NotedJobs, ServiceRequest } from '@lianban/intake/pure';
import { followDossier, followProgress, lookAtClocks, reroute } from '@lianban/routing/pure';
import type { Said } from './house/store.js';

/** A version as its publisher counts it. */
export interface Versioned {
  attempt: number;
  version: number;
}

/** How the house decides and keeps: the real decisions, and what its database and its transport promise. A planted fault changes one. */
export interface Ways {
  awaiting(
    request: ServiceRequest,
    correctionId: string,
    noted: NotedJobs,
    now: Date,
    calendar: Calendar,
  ): AwaitedPart;
  /** Does intake close what is overdue by the answers it has? */
  closeOverdue(request: ServiceRequest, noted: NotedJobs, today: string, calendar: Calendar): RequestEvent[];
  /** Does routing withdraw only what intake has closed? */
  lookAtClocks: typeof lookAtClocks;
  findsRegistration: boolean;
  followDossier: typeof followDossier;
  followProgress: typeof followProgress;
  reroute: typeof reroute;
  takeWish: typeof takeWish;
  noteOutcome: typeof noteOutcome;
  noteReport: typeof noteReport;
  /** Must a doubted operation be looked up before it may be sent again? */
  looksFirst(repeats: 'same-key' | 'look-up'): boolean;
  /** Is a provider believed that has nothing under our id? */
  believesAbsent(mayStillArrive: boolean): boolean;
  /** Does a row of an outbox reach its readers? */
  relays(row: Said): boolean;
  hasInbox: boolean;
  acknowledges: 'after-commit' | 'before-commit';
  /** Does tracking keep this in the place of what it has? */
  isNewer(a: Versioned, b: Versioned): boolean;
}

export const soundWays: Ways = {
  awaiting: (request, ...more) => request.awaiting(...more),
  closeOverdue: (request, ...more) => request.closeOverdue(...more),
  lookAtClocks,
  findsRegistration: true,
  followDossier,
  followProgress,
  reroute,
  takeWish,
  noteOutcome,
  noteReport,
  looksFirst: (repeats) => repeats === 'look-up',
  believesAbsent: (mayStillArrive) => !mayStillArrive,
  relays: () => true,
  hasInbox: true,
  acknowledges: 'after-commit',
  isNewer: (a, b) => a.attempt > b.attempt || (a.attempt === b.attempt && a.version > b.version),
};
