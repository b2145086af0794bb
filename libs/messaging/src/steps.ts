/** The moments between two durable acts; a test may stop or kill the process exactly there. */
export type Step =
  | 'business-committed'
  | 'produced'
  | 'relay-advanced'
  | 'handled'
  | 'handler-committed'
  | 'offset-committing';

/** Told of every step; does nothing in production. */
export class StepObserver {
  announce(_step: Step): void | Promise<void> {}
}
