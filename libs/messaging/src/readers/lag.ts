import type { Reading } from './readings.js';

/** Who has not moved for so many seconds is not at work: stopped, restarting, or waiting out a failure. */
const AT_WORK = 3;

interface Last {
  place: string;
  /** When it was last seen to have moved; never for one that has only been seen standing. */
  moved: number;
}

/**
 * How far the readers that are at work are behind. Who stands still does not count: what it leaves unread is kept for it,
 * and refusing work would not bring it back.
 */
export class Lag {
  private last = new Map<string, Last>();

  /** Seconds that the worst group was behind, at its last step, over the shards of a topic; `at` in seconds. */
  note(readings: readonly Reading[], at: number): number {
    const now = new Map<string, Last>();
    const groups = new Map<string, number[]>();
    for (const reading of readings) {
      const { reader, topic, shard, place } = reading;
      const name = `${reader} ${topic}`;
      const line = `${name} ${shard}`;
      const before = this.last.get(line);
      const moved = before?.place === place ? before.moved : before ? at : -Infinity;
      now.set(line, { place, moved });
      const behind = behindOf(reading, at - moved);
      if (behind !== undefined) groups.set(name, [...(groups.get(name) ?? []), behind]);
    }
    this.last = now;
    return Math.max(0, ...[...groups.values()].map(mean));
  }
}

function behindOf({ behind }: Reading, still: number): number | undefined {
  if (behind === 0) return 0;
  return still > AT_WORK ? undefined : Math.max(0, behind - still);
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
