/** One look at the house; everything in seconds and requests. */
export interface Look {
  at: number;
  /** How long the oldest unread event has been waiting for a reader that is at work. */
  lag: number;
  /** Admitted so far, and refused so far, by this instance. */
  admitted: number;
  refused: number;
}

/**
 * Behind by more seconds of work than this, no more is taken in than is carried: a limit begins. Calls and texts wait where
 * no reader shows it, so one second that is seen stands for more,
 */
const MOST = 1;
/** where more than so many requests wait, for a house that is slow for a while (a restart) soon makes up for a few, */
const FEW = 100;
/** and where the readers are behind by so many seconds of time too, and ever more. */
const LEAST_LAG = 0.5;
/** What is left waiting then, so that nobody runs dry. */
const WISHED = 0.5;
/** Seconds in which what is above the wished amount is worked off. */
const WORKED_OFF = 4;
/** The admitted share of what is carried: at least, so that all goes on, and at most, so that it never jumps. */
const SHARE = { least: 0.6, most: 1.25 };
/** What is carried is taken over so many seconds, or from one look to the next. */
const OVER = 3;
/** The limit begins at this share of what came in before, at least. */
const LEAST_AT_FIRST = 1 / 3;
/** Most that one look may change it: a look can be wrong. Upwards more where next to nobody waits. */
const STEP = { down: 0.6, up: 1.3, upAtRest: 1.6 };
/** Nobody waits for longer than this, seconds: what is carried is what was admitted, and says nothing of what could be. */
const REST = 0.25;
/** Looks without a refusal after which nothing needs to be limited. */
const CALM = 3;
/** Further apart, two looks do not belong together. */
const LONGEST_GAP = 15;
const MEMORY = 300;

/**
 * Decides how many registrations a second are admitted, from nothing but how far the readers are behind: what was admitted
 * after the event that is being read now is the work still waiting, and how fast that event's place moves is the rate at
 * which the house carries.
 */
export class AdmissionControl {
  /** Registrations a second; Infinity while the house keeps up. */
  limit = Infinity;
  private looks: Look[] = [];
  private calm = 0;
  /** When the limit began. */
  private began = 0;

  note(look: Look): void {
    const last = this.looks.at(-1);
    if (last && look.at - last.at > LONGEST_GAP) this.forget();
    this.looks.push(look);
    if (this.looks.length > MEMORY) this.looks.shift();
    if (last && this.looks.length > 1) this.decide(last, look);
  }

  /** Nothing can be seen: what is taken in is kept. */
  forget(): void {
    this.looks = [];
    this.limit = Infinity;
  }

  private decide(last: Look, look: Look): void {
    const { waiting, rate } = this.work(look);
    const seconds = waiting === 0 ? 0 : waiting / rate;
    const isOver = seconds > MOST && waiting > FEW;
    const next = shareOf(rate, seconds);
    if (this.limit === Infinity) {
      const came = (look.admitted - last.admitted) / (look.at - last.at);
      if (!isOver || look.lag < LEAST_LAG || look.lag <= last.lag) return;
      this.limit = Math.max(next, LEAST_AT_FIRST * came);
      this.began = look.at;
      return;
    }
    const isCalm = look.refused === last.refused && !isOver;
    this.calm = isCalm ? this.calm + 1 : 0;
    if (this.calm >= CALM) this.limit = Infinity;
    else if (look.lag < REST) this.limit *= STEP.upAtRest;
    else {
      const least = isCalm ? this.limit : this.limit * STEP.down;
      this.limit = Math.min(this.limit * STEP.up, Math.max(least, next));
    }
  }

  /**
   * Requests admitted and not yet read, and how many a second are. What was carried before the limit began counts for
   * nothing: a house that had little to do has not shown what it can carry.
   */
  private work(look: Look): { waiting: number; rate: number } {
    const since = Math.max(look.at - OVER + 0.5, this.limit === Infinity ? 0 : this.began);
    const from = this.looks.slice(0, -1).findLast(({ at }) => at <= since) ?? this.looks[0]!;
    const [before, now] = [this.carriedAt(from), this.carriedAt(look)];
    return { waiting: look.admitted - now, rate: Math.max(0, now - before) / (look.at - from.at) };
  }

  /** Requests admitted when what is read at this look was said. */
  private carriedAt({ at, lag }: Look): number {
    const moment = at - lag;
    const after = this.looks.findIndex((each) => each.at >= moment);
    const [first, second] = after > 0 ? [this.looks[after - 1]!, this.looks[after]!] : this.looks;
    if (!second) return first!.admitted;
    const share = (moment - first!.at) / (second.at - first!.at);
    return first!.admitted + share * (second.admitted - first!.admitted);
  }
}

function shareOf(rate: number, seconds: number): number {
  const share = seconds < WISHED ? SHARE.most : 1 - (seconds - WISHED) / WORKED_OFF;
  return Math.max(1, rate * Math.max(SHARE.least, share));
}
