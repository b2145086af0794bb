import type { Reading } from './readings.js';

/** Who has not moved for so many seconds is not at work: stopped, restarting, or waiting out a failure. */
const AT_WORK = 3;
/** So little behind, seconds, a reader that is back has made up for it. */
const MADE_UP = 0.5;
/** Seconds by which one that is back may fall behind again. */
const FURTHER = 2;

interface Line {
  place: string;
  /** When it last moved, or had nothing to read, or was first seen. */
  since: number;
  /** Seconds behind at that time; `undefined` while it is not at work, or has not been seen at work yet. */
  behind?: number;
}

/** A reader with all its topics and shards: one shard that waits its turn behind others is no absence. */
interface Reader {
  /** When one of its lines last moved, or none had anything to read, or it was first seen. */
  since: number;
  isAway: boolean;
  /** How far its worst line has come, seconds behind, since it was back, until it has made up for what it missed. */
  excused?: number;
}

/**
 * How far the readers that are at work are behind. Who stands still does not count, nor a reader that makes up for it: what
 * was left unread is kept, and refusing work would not bring it back.
 */
export class Lag {
  private lines = new Map<string, Line>();
  private readers = new Map<string, Reader>();

  /** Seconds that the worst group was behind, at its last step, over the shards of a topic; `at` in seconds. */
  note(readings: readonly Reading[], at: number): number {
    const lines = new Map<string, Line>();
    const readers = new Map<string, Reader>();
    let worst = 0;
    for (const [name, its] of Map.groupBy(readings, ({ reader }) => reader)) {
      const seen = its.map((reading) => this.seen(reading, at));
      for (const { key, line } of seen) lines.set(key, line);
      const reader = readerOf(seen, this.readers.get(name), at);
      readers.set(name, reader);
      if (reader.excused === undefined) worst = Math.max(worst, ...meansOf(seen));
    }
    this.lines = lines;
    this.readers = readers;
    return worst;
  }

  private seen(reading: Reading, at: number): Seen {
    const key = `${reading.reader} ${reading.topic} ${reading.shard}`;
    const before = this.lines.get(key);
    const hasMoved = before !== undefined && before.place !== reading.place;
    return {
      key,
      topic: reading.topic,
      hasMoved,
      isRead: reading.behind === 0,
      line: lineOf(reading, before, at),
    };
  }
}

interface Seen {
  key: string;
  topic: string;
  hasMoved: boolean;
  isRead: boolean;
  line: Line;
}

function lineOf({ place, behind: age }: Reading, before: Line | undefined, at: number): Line {
  if (age === 0) return { place, since: at, behind: 0 };
  const hasMoved = before !== undefined && before.place !== place;
  const since = hasMoved ? at : (before?.since ?? at);
  const wasAtWork = before?.behind !== undefined;
  const isAtWork = hasMoved || (wasAtWork && at - since <= AT_WORK);
  return { place, since, ...(isAtWork && { behind: Math.max(0, age - (at - since)) }) };
}

function readerOf(seen: Seen[], before: Reader | undefined, at: number): Reader {
  const hasMoved = seen.some((each) => each.hasMoved);
  const since = hasMoved || before === undefined || seen.every(({ isRead }) => isRead) ? at : before.since;
  const behind = Math.max(...seen.map(({ line }) => line.behind ?? 0));
  const excused = hasMoved && before?.isAway ? behind : before?.excused;
  const isExcused = excused !== undefined && behind > MADE_UP && behind <= excused + FURTHER;
  return { since, isAway: at - since > AT_WORK, ...(isExcused && { excused: Math.min(excused, behind) }) };
}

/** Of each topic: the mean over its shards that are at work. */
function meansOf(seen: Seen[]): number[] {
  const topics = Map.groupBy(
    seen.filter(({ line }) => line.behind !== undefined),
    ({ topic }) => topic,
  );
  return [...topics.values()].map(
    (lines) => lines.reduce((sum, { line }) => sum + line.behind!, 0) / lines.length,
  );
}
