import type { Provider } from '@lianban/catalogue';
import type { Clock } from '@lianban/service-kit';
import type { OperationBody } from '../jobs/operation.js';
import type { JobReport } from '../jobs/job-report.js';

/** The provider has it. A first or final answer may come along. */
export interface Accepted {
  reference?: string;
  report?: JobReport;
}

/** What a look-up found: taken, refused, or nothing under our id. */
export type LookupResult =
  | ({ found: 'taken' } & Accepted)
  | { found: 'refused'; reason: string; providerMessage?: string }
  | { found: 'absent' };

/** What a provider reported of one of our placements. */
export interface ProviderReport {
  /** The same when it is reported again. */
  id: string;
  requestId: string;
  attempt: number;
  report: JobReport;
}

/** A placement that has not ended, as we know it. */
export interface OpenJob {
  requestId: string;
  attempt: number;
  /** Its name, as in the operations. */
  placement: string;
  /** The provider's number of it, where that is known. */
  reference?: string | null;
  /** The operation by which the provider is asked to let it go, while that is not answered. */
  withdrawal: string | null;
}

/** An order that a provider made for one of our placements beside the first. */
export interface SecondOrder {
  placement: string;
  /** The provider's number of it. */
  reference: string;
  /** The operation by which it is withdrawn: the same however often that is tried. */
  operation: string;
}

/** What is seen at a provider now: a report whose time is the time of seeing it. */
export type Observation = Omit<JobReport, 'at' | 'sequence'>;

/** A page of reports that were asked for. */
export interface PolledReports {
  reports: ProviderReport[];
  /** Where the next page begins; kept when all of these reports have been stored. */
  cursor: string;
  /** Is there surely more now? */
  hasMore?: boolean;
  /** What of the page could not be read and is left out, in words for an operator. */
  unreadable?: string[];
}

/** A job as the provider's own list has it. */
export interface ListedJob {
  /** Our name of the placement, as in its operations. */
  placement: string;
  reference?: string;
  /** The version of the last operation that it took, where it keeps that. */
  version?: number;
  /** How it stands there. */
  observations: Observation[];
}

/** A page of what a provider has. */
export interface ListedJobs {
  jobs: ListedJob[];
  /** Where the next page begins; null after the last. */
  cursor: string | null;
  /** What of the page could not be read and is left out, in words for an operator. */
  unreadable?: string[];
}

/** A call of a provider's system, as it came. */
export interface ProviderCallback {
  /** What follows `/callbacks` in the address that it called; begins with a slash, or is empty. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** A file that tells a provider several operations. */
export interface BatchFile {
  /** Of no other file, ever. */
  name: string;
  bytes: Buffer;
}

export interface WrittenBatch extends BatchFile {
  /** Ids of the operations that cannot stand in it, and why: each is parked by itself. */
  unwritable: ReadonlyMap<string, string>;
}

/** How a provider is told in files (`SendBatches`). */
export interface BatchWriter {
  /** Operations in one file, at most. */
  readonly maxOperations: number;
  /** What it answers is stored before it is sent, and sent again as it is. */
  write(orders: readonly OperationBody[]): Promise<WrittenBatch>;
  /**
   * Ends when the file lies at the provider, whole and under its name, now or since an earlier call. Takes no longer than twice the
   * time of a call. @throws NeverSendable, ProviderUnavailable, ProviderUnknown
   */
  send(file: BatchFile): Promise<void>;
}

/** All a dialect has to know. One driver speaks to one provider. */
export interface UtilityDriver {
  /** What makes a second try safe: the provider honours our operation id, or it can be asked for it. */
  readonly retrySafety: 'idempotency-key' | 'status-query';
  /** The provider comes for its operations itself and is never called. */
  readonly pulls?: true;
  /** A broker takes the operations in its place: that they are taken is no word of the provider. */
  readonly isRelayed?: true;
  /** The provider is told in files and never called with one operation; `retrySafety` is `idempotency-key`. */
  readonly batches?: BatchWriter;
  place(order: OperationBody): Promise<Accepted>;
  /** @param reference the provider's number of the job, given to drivers that can withdraw a second order: it tells the two apart */
  correct(order: OperationBody, reference?: string): Promise<Accepted>;
  withdraw(order: OperationBody, reference?: string): Promise<Accepted>;
  /** After an unknown outcome, where `retrySafety` is `status-query`. */
  queryStatus?(order: OperationBody, reference?: string): Promise<LookupResult>;
  /**
   * Withdraws an order that was placed once too often, and nothing else. Looks first, so that it asks once, and is called again until it
   * is answered: `asked` while the provider has not said what comes of it.
   * @throws ProviderRefused where it goes on with that order or has ended it otherwise
   */
  withdrawSecond?(second: SecondOrder): Promise<'asked' | 'withdrawn'>;
  /** For a provider that must be asked what became of its jobs: a page of reports after this cursor; undefined at first. */
  poll?(cursor: string | undefined): Promise<PolledReports>;
  /** In place of `poll`, where each job must be asked for by itself: what it looks like now, the oldest news first. */
  inspect?(job: OpenJob): Promise<Observation[]>;
  /**
   * For reconciliation: a page of the provider's own list of our jobs, after this cursor; null at first. The list has at least every job that has
   * not ended, and those that were placed or changed since then.
   */
  list?(since: Date, cursor: string | null): Promise<ListedJobs>;
  /**
   * For a provider that must be told where to call. Called at the start and once a day; what it answers is kept and given to it the
   * next time, so that it can end the earlier subscription.
   */
  subscribe?(earlier: string | undefined): Promise<string>;
  /**
   * For a provider that calls us in a form of its own, at `POST /v1/providers/<id>/callbacks…`. Checks who called.
   * @throws BadSignature
   */
  readCallback?(callback: ProviderCallback): Promise<ProviderReport[]>;
}

/** What a driver may use of its provider and of us. */
export interface DriverContext {
  provider: Provider;
  /** Address of the provider's system. @throws where its row names none */
  readonly endpoint: string;
  /** Where it is reached over SFTP, and by which host key, in place of what its row says. */
  sftp?: { url: string; hostKey: string };
  /** Shared with the provider; several while it is being changed, the newest first. Read anew for each call. */
  readonly secret: readonly string[];
  /** May it still sign with this secret? To be asked of each that it signed a call with: an operator sees when. */
  accepts(secret: string): Promise<boolean>;
  /** Where the provider posts its reports. */
  callback: string;
  /** Where it calls in a form of its own. */
  callbacks: string;
  /** Name of this service. */
  source: string;
  /** Milliseconds a call may take. */
  timeout: number;
  clock: Clock;
}

/** Makes the driver of one provider. @throws where the provider's row lacks what the dialect needs */
export type DriverFactory = (context: DriverContext) => UtilityDriver;

/** Final: the applicant is told why. `reason` is a catalogue code. */
export class ProviderRefused extends Error {
  constructor(
    readonly reason: string,
    readonly providerMessage?: string,
  ) {
    super(reason);
  }
}

/**
 * The provider cannot have it: the kit tries again. `away`: the provider as a whole cannot be reached.
 * `waitMs`: it asked to be left alone for so long, which the kit does.
 */
export class ProviderUnavailable extends Error {
  constructor(
    message: string,
    readonly away = true,
    readonly waitMs?: number,
  ) {
    super(message);
  }
}

/** Perhaps taken: the kit makes sure first. `away`: it gave no answer at all. */
export class ProviderUnknown extends Error {
  constructor(
    message: string,
    readonly away = true,
  ) {
    super(message);
  }
}

/** This file can never lie at the provider under its name: an operator must look at its operations. */
export class NeverSendable extends Error {}
