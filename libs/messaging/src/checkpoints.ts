/** The moments between two durable acts; a test may stop or kill the process exactly there. */
export type Checkpoint =
  | 'business-committed'
  | 'produced'
  | 'relay-advanced'
  | 'handled'
  | 'handler-committed'
  | 'offset-committing';

/** Told of every step; does nothing in production. */
export class Checkpoints {
  reach(_step: Checkpoint): void | Promise<void> {}
}
