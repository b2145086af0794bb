import type { JobStatus, RequestStatusChanged } from '@lianban/contracts';

type Plain<E> = { [K in keyof E]: E[K] };

/** The newest status of a request as routing published it, without what nobody is shown. */
export type StatusSnapshot = Plain<Omit<RequestStatusChanged, 'facts' | 'queryCodeHash'>>;
export type JobView = Plain<JobStatus>;

/** A request as it is kept; the version of its snapshot is the revision that readers see. */
export interface RequestView {
  requestId: string;
  revision: number;
  receiptNumber: string;
  hall: string;
  codeHash: string;
  /** Its snapshot, as JSON. */
  body: string;
}
