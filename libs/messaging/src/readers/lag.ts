import type { Reading } from './readings.js';

/** Who has not moved for so many seconds is not at work: stopped, restarting, or waiting out a failure. */
const AT_WORK = 3;
/** So little behind, seconds, one that is back has made up for it. */
const MADE_UP = 0.5;
/** Seconds by which one that is back may fall behind again. */
const FURTHER = 2;

interface Line {
  place: string;
  /** When it last moved, or had nothing to read, or was first seen. */
  since: number;
  /** Seconds behind at that time; `undefined` while it is not at work, or has not been seen at work yet. */
  behind?: number;
  /** It has been at work, and is not now. */
  isAway: boolean;
  /** How far it has come, seconds behind, since it was back, until it has made up for what it missed. */
  excused?: number;
}

/**
 * How far the readers that are at work are behind. Who stands still does not count, nor who makes up for it: what was left
 * unread is kept, and refusing work would not bring it back.
 */
export class Lag {
  private lines = new Map<string, Line>();

  /** Seconds that the worst group was behind, at its last step, over the shards of a topic; `at` in seconds. */
  note(readings: readonly Reading[], at: number): number {
    const lines = new Map<string, Line>();
    const groups = new Map<string, number[]>();
    for (const reading of readings) {
      const group = `${reading.reader} ${reading.topic}`;
      const name = `${group} ${reading.shard}`;
      const line = lineOf(reading, this.lines.get(name), at);
      lines.set(name, line);
      if (line.behind !== undefined && line.excused === undefined)
        groups.set(group, [...(groups.get(group) ?? []), line.behind]);
    }
    this.lines = lines;
    return Math.max(0, ...[...groups.values()].map(mean));
  }
}

function lineOf({ place, behind: age }: Reading, before: Line | undefined, at: number): Line {
  if (age === 0) return { place, since: at, behind: 0, isAway: false };
  const hasMoved = before !== undefined && before.place !== place;
  const since = hasMoved ? at : (before?.since ?? at);
  const wasAtWork = before?.behind !== undefined;
  const isAtWork = hasMoved || (wasAtWork && at - since <= AT_WORK);
  if (!isAtWork) return { place, since, isAway: wasAtWork || before?.isAway === true };
  const behind = Math.max(0, age - (at - since));
  const excused = hasMoved && before.isAway ? behind : before?.excused;
  const isExcused = excused !== undefined && behind > MADE_UP && behind <= excused + FURTHER;
  return { place, since, behind, isAway: false, ...(isExcused && { excused: Math.min(excused, behind) }) };
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
