import type { ChaosHouse, HouseOptions } from '../house/chaos-house.js';

/** One line of the table at the end. */
export interface Row {
  goal: string;
  figure: string;
  bar: string;
  holds: boolean;
}

/** What every goal is given: a place to speak, and a house that is ended with the harness, whatever happens. */
export interface Bench {
  say(line: string): void;
  open(options: HouseOptions): Promise<ChaosHouse>;
}
