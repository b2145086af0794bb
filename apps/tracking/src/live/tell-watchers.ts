import type { EntityManager, EntitySubscriberInterface, TransactionCommitEvent } from 'typeorm';

interface Noted {
  changed?: string[];
}

/** Leaves with a transaction which requests it changes. */
export function noteChanged({ queryRunner }: EntityManager, requestIds: string[]): void {
  const noted = queryRunner!.data as Noted;
  (noted.changed ??= []).push(...requestIds);
}

/** After a commit, tells of the requests that it changed; other instances look for themselves. */
export class TellWatchers implements EntitySubscriberInterface {
  constructor(private readonly tell: (requestIds: readonly string[]) => void) {}

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    const { changed } = queryRunner.data as Noted;
    if (changed?.length) this.tell(changed);
  }
}
