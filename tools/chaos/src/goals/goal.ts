import type { ChaosStack, StackOptions } from '../stack/chaos-stack.js';

/** One line of the table at the end. */
export interface Row {
  goal: string;
  figure: string;
  bar: string;
  holds: boolean;
}

/** What every goal is given: an output, and a stack that is ended with the harness, whatever happens. */
export interface Bench {
  print(line: string): void;
  open(options: StackOptions): Promise<ChaosStack>;
}
