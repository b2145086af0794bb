/** The domain of an adapter, for the simulation alone. */
export type { Context } from './jobs/context.js';
export { recordFacts } from './jobs/facts.js';
export {
  isOpen,
  newestOf,
  placementName,
  type Finding,
  type Job,
  type Operation,
  type OperationBody,
  type Placement,
} from './jobs/job.js';
export {
  giveUpOperation,
  recordOutcome,
  retryOperation,
  type Outcome,
  type RetryPolicy,
} from './jobs/record-outcome.js';
export type { JobReport } from './jobs/job-report.js';
export { handleReport } from './jobs/apply-report.js';
export { isInitial, toProgressEvent } from './jobs/progress-event.js';
export { applyDesiredState } from './jobs/apply-desired-state.js';
