/** Where the load goes: at the services' own ports, as behind an ingress. */
export interface Addresses {
  intake: string;
  tracking: string;
  issuer: string;
  /** The stack's database, for watching tracking's tables. */
  database: string;
}

/** What a request must have reached to be counted: so many of these utilities in one of these states. */
export interface Mark {
  utilities: readonly string[];
  states: readonly string[];
}

/** At a steady rate for a while, whatever comes back. */
export interface Step {
  perSecond: number;
  seconds: number;
}

/** So many clients, each sending its next request when it has its answer; or steady rates, one after another. */
export type Pace = { clients: number; requests: number } | { steps: readonly Step[] };

export interface RegisterJob {
  job: 'register';
  pace: Pace;
  /** Without it nothing is watched: the answer is all. */
  mark?: Mark;
  /** Milliseconds from one look at tracking to the next. */
  checkEveryMs: number;
  /** Is a refused registration sent again with its key, when Retry-After says so? */
  retries: boolean;
}

/** Waits until all that the last registrations made have come to a mark. */
export interface AwaitJob {
  job: 'await';
  mark: Mark;
  checkEveryMs: number;
}

export interface GetJob {
  job: 'get';
  clients: number;
  seconds: number;
  origin: string;
  targets: readonly { path: string; headers: Record<string, string> }[];
}

export type Job = { job: 'open'; at: Addresses } | RegisterJob | AwaitJob | GetJob;

/** What came of registrations, in milliseconds since the load's start; NaN for what did not come. One place a request. */
export interface Registered {
  due: Float64Array;
  answered: Float64Array;
  reached: Float64Array;
  /** Of the first thousand. */
  receipts: Receipt[];
  /** Answers by status; 0 for none at all. */
  statuses: Record<number, number>;
  /** Answers 429 or 503 that did not say when to come again. */
  withoutRetryAfter: number;
}

export interface Receipt {
  requestId: string;
  receiptNumber: string;
  queryCode: string;
}

export interface Awaited {
  /** Milliseconds until the last had come. */
  elapsedMs: number;
  missing: number;
}

export interface Got {
  answers: number;
  failures: number;
  elapsedMs: number;
  latencies: Float64Array;
}
