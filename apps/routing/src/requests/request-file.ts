import type {
  DossierChanged,
  Holder,
  JobState,
  OpenCorrection,
  PromiseMoved,
  Utility,
  Withdrawal,
} from '@lianban/contracts';

/** From the day a stop began to the day it ended. */
export interface Stop {
  from: string;
  to: string;
}

/** The clock of a job. Dates are in Asia/Shanghai; a stop moves the due date when it ends. */
export interface Clock {
  dueDate: string;
  /** Was the due date counted with days of a year whose holidays are not announced yet? */
  provisional: boolean;
  /** The date it was stopped on; null while it runs. */
  stoppedOn: string | null;
  /** The stops that are over. */
  stops: Stop[];
  since: string;
}

/** What routing knows and has decided about one utility's part. */
export interface Job {
  utility: Utility;
  provider: string;
  attempt: number;
  /** Version of what was last wanted. */
  wantedVersion: number;
  /** Digest of what was last wanted, to tell a change. */
  wantedDigest: string;
  withdrawnFor: string | null;
  withdrawnByApplicant: boolean;
  /** What came of the withdrawal; absent before the first word of the adapter. */
  withdrawal?: Withdrawal;
  /** Version of the last progress taken in, of the newest attempt. */
  progress: { attempt: number; version: number };
  state: JobState;
  reason: string | null;
  holder: Holder | null;
  /** By when the holder must act. */
  holderDueDate: string | null;
  /** Was that date counted by the catalogue, in a year whose holidays are not announced yet? */
  holderDueDateProvisional: boolean;
  correction: OpenCorrection | null;
  /** Corrections that intake takes no answer to any more. */
  closedCorrections: string[];
  /** Working days promised; null where the catalogue did not say. */
  limitDays: number | null;
  /** The date promised without the stops; counted anew when a year's holidays are announced. */
  promisedDate: string;
  /** How an announcement moved the date last. */
  promiseMoved: PromiseMoved | null;
  clock: Clock;
  /** The date of which somebody was reminded. */
  remindedFor: string | null;
  /** What became of a date that passed: `withdrawn`, `overdue`, or whom it was handed to. */
  lapsed: string | null;
  /** The date that passed. */
  lapsedFor: string | null;
  reroutedFor: string | null;
}

/** Everything routing knows about one request. */
export interface RequestFile {
  requestId: string;
  /** Version of the decisions last published. */
  version: number;
  jobs: Job[];
  endedAt: string | null;
  /** Opened only where a wish is to be made of it. */
  dossier: DossierChanged | null;
}
