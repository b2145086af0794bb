/** One shard of a topic, as far as one group has read it. */
export interface Reading {
  reader: string;
  topic: string;
  shard: number;
  /** Changes whenever the group gets on. */
  place: string;
  /** Seconds since what it has to read next was said; 0 where it has read everything. */
  behind: number;
}

/** How far every group of the house has read, on either transport. Costs nothing but when it is asked. */
export abstract class Readings {
  abstract look(): Promise<Reading[]>;
}
