import type { JobStatus, RequestStatusChanged } from '@lianban/contracts';

type Plain<E> = { [K in keyof E]: E[K] };

/** The newest status of a request, without what nobody is shown. */
export type StatusSnapshot = Plain<Omit<RequestStatusChanged, 'facts' | 'queryCodeHash'>>;
export type JobView = Plain<JobStatus>;
