import { classifyDatabaseError } from '@lianban/service-kit';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';

interface Asked<T, R> {
  item: T;
  resolve(answer: R): void;
  reject(error: unknown): void;
}

export interface BatcherOptions<T> {
  /** Sum of weights that one turn may take; a heavier item goes alone. */
  maxBatchSize: number;
  /** 1 unless given. */
  sizeOf?(item: T): number;
  /** Turns under way at the same time; 1 unless given. */
  concurrency?: number;
}

/**
 * Does together what is asked for one by one: whatever is asked while a turn is under way goes into the next one, so
 * the more there is to do, the less each costs, and one that comes alone does not wait. A turn that fails for good is
 * taken apart, so that only the guilty item is refused.
 */
export class Batcher<T, R> {
  private waiting: Asked<T, R>[] = [];
  private running = 0;

  /** `act` answers in the order of its items. */
  constructor(
    private readonly act: (items: T[]) => Promise<R[]>,
    private readonly options: BatcherOptions<T>,
  ) {}

  /** Items that wait for a turn. */
  get length(): number {
    return this.waiting.length;
  }

  enqueue(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.running < (this.options.concurrency ?? 1)) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running += 1;
    while (this.waiting.length > 0) {
      // What the same tick brings comes along.
      await new Promise((resolve) => setImmediate(resolve));
      const turn = this.nextTurn();
      if (turn.length > 0) await this.take(turn);
    }
    this.running -= 1;
  }

  private nextTurn(): Asked<T, R>[] {
    const { maxBatchSize, sizeOf = () => 1 } = this.options;
    let count = 0;
    for (let weight = 0; count < this.waiting.length; count++) {
      weight += sizeOf(this.waiting[count]!.item);
      if (count > 0 && weight > maxBatchSize) break;
    }
    return this.waiting.splice(0, count);
  }

  private async take(turn: Asked<T, R>[]): Promise<void> {
    try {
      const items = turn.map(({ item }) => item);
      // A turn is not part of the span of who asked first.
      const answers = await context.with(ROOT_CONTEXT, () => this.act(items));
      turn.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (turn.length > 1 && classifyDatabaseError(error) === 'permanent')
        for (const each of turn) await this.take([each]);
      else turn.forEach(({ reject }) => reject(error));
    }
  }
}
