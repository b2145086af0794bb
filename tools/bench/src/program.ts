import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One of our own programs in a process of its own; answers one question after another. */
export class Program {
  private readonly child: ChildProcess;

  /** @param file below this folder, as it is after the build */
  constructor(file: string) {
    this.child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      serialization: 'advanced',
      execArgv: [],
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** @throws when it ends instead of answering, or answers with an error */
  ask<T>(question: object): Promise<T> {
    const answer = this.next<T>();
    this.child.send(question);
    return answer;
  }

  /** Its next message. */
  async next<T>(): Promise<T> {
    const ended = new AbortController();
    const death = once(this.child, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`${this.child.spawnargs[1]} ended with ${code} before it answered`);
    });
    try {
      const [answer] = (await Promise.race([once(this.child, 'message'), death])) as [Answer<T>];
      if ('error' in answer) throw new Error(answer.error);
      return answer.value;
    } finally {
      ended.abort();
      death.catch(() => {});
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

type Answer<T> = { value: T } | { error: string };

/** The other side of {@link Program}: answers each question by `act`. */
export function answerBy<Q, T>(action: (question: Q) => Promise<T>): void {
  process.on('message', (question: Q) => {
    action(question).then(
      (value) => process.send!({ value }),
      (error: Error) => process.send!({ error: error.stack }),
    );
  });
  process.once('disconnect', () => process.exit(0));
}
