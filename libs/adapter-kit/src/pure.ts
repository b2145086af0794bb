/** The pure decisions of an adapter, for the simulation alone. */
export type { Context } from './jobs/context.js';
export { recordFacts } from './jobs/facts.js';
export {
  isOpen,
  newestOf,
  placementName,
  type Finding,
  type JobFile,
  type Operation,
  type OperationBody,
  type Placement,
} from './jobs/job-file.js';
export {
  giveUpOperation,
  noteOutcome,
  retryOperation,
  type Outcome,
  type Patience,
} from './jobs/note-outcome.js';
export type { JobReport } from './jobs/job-report.js';
export { noteReport } from './jobs/note-report.js';
export { isAsAssumed, progressOf } from './jobs/progress-of.js';
export { takeWish } from './jobs/take-wish.js';
