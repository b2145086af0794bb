/** The moments between two durable acts; a test may stop or kill the process exactly there. */
export type Checkpoint =
  'committed' | 'sent' | 'outbox-deleted' | 'handled' | 'handler-committed' | 'offset-committing';

/** Is called at every step; does nothing in production. */
export class Checkpoints {
  reach(_step: Checkpoint): void | Promise<void> {}
}
