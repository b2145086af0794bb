/** The domain of an adapter, for the simulation alone. */
export { JobStore, type OperationSender } from './jobs/job-store.js';
export type { Context } from './jobs/context.js';
export type { Finding } from './jobs/finding.js';
export { Job } from './jobs/job.js';
export type { JobReport } from './jobs/job-report.js';
export { MemoryJobRepository, type Rows } from './jobs/memory-job.repository.js';
export {
  isDue,
  isLeaseOver,
  isOpen,
  type LeasedOperation,
  type Operation,
  type OperationBody,
} from './jobs/operation.js';
export type { Outcome } from './jobs/outcome.js';
export type { Placement } from './jobs/placement.js';
export { toProgressEvent } from './jobs/progress-event.js';
