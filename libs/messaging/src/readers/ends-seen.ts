/** Looks further apart than this do not belong together. */
const LONGEST_GAP = 15;
/** So many looks are remembered: nobody is told to be further behind than they reach. */
const MOST = 300;

interface End {
  at: number;
  offset: number;
}

/** Remembers where a partition ended at each look, and so knows how long ago an offset was written. */
export class EndsSeen {
  private ends: End[] = [];

  /** `at` is in seconds. */
  note(offset: number, at: number): void {
    const last = this.ends.at(-1);
    if (last && at - last.at > LONGEST_GAP) this.ends = [];
    this.ends.push({ at, offset });
    if (this.ends.length > MOST) this.ends.shift();
  }

  /** How old the record at `next` was at a moment, taken as written evenly between two looks; 0 where there is none yet. */
  ageOf(next: number, at: number): number {
    const after = this.ends.findIndex(({ offset }) => offset > next);
    if (after < 0) return 0;
    const [before, end] = [this.ends[after - 1], this.ends[after]!];
    if (!before) return Math.max(0, at - end.at);
    const share = (next - before.offset) / (end.offset - before.offset);
    return Math.max(0, at - before.at - share * (end.at - before.at));
  }
}
