/** What is known at a moment; everything in seconds and requests. */
export interface LoadSample {
  at: number;
  /** How long the oldest request has been waiting to be carried on. */
  lag: number;
  /** Accepted so far, and refused so far, by this instance. */
  accepted: number;
  refused: number;
}

/** With more seconds of work than this waiting, no more is accepted than is carried: a limit begins, */
const MAX_BACKLOG_SECONDS = 1;
/** where more than so many requests wait, for what is slow for a while (a restart) soon makes up for a few, */
const MIN_WAITING_REQUESTS = 100;
/** and where the lag is so many seconds too, and grows. */
const MIN_LAG_SECONDS = 0.5;
/** What is left waiting then, so that nobody runs dry. */
const TARGET_BACKLOG_SECONDS = 0.5;
/** Seconds in which what is above the target is worked off. */
const WORK_OFF_SECONDS = 4;
/** The accepted share of what is carried: at least, so that all goes on, and at most, so that it never jumps. */
const SHARE = { least: 0.6, most: 1.25 };
/** The rate is taken over so many seconds, or from one sample to the next. */
const RATE_WINDOW_SECONDS = 3;
/** The limit begins at this share of what came in before, at least. */
const MIN_FIRST_SHARE = 1 / 3;
/** Most that one sample may change it: a sample can be wrong. Upwards more where next to nobody waits. */
const STEP = { down: 0.6, up: 1.3, upWhenIdle: 1.6 };
/** Nobody waits for longer than this, seconds: what is carried is what was accepted, and says nothing of what could be. */
const IDLE_LAG_SECONDS = 0.25;
/** Samples without a refusal after which nothing needs to be limited. */
const CALM_SAMPLES = 3;
/** Further apart, two samples do not belong together. */
const MAX_GAP_SECONDS = 15;
const MAX_SAMPLES = 300;

/**
 * Decides how many registrations a second are accepted, from nothing but the lag: what was accepted after the request that
 * is carried on now is the work still waiting, and how fast its place moves is the rate at which requests are carried.
 */
export class AdmissionLimit {
  /** Registrations a second; Infinity while nothing is limited. */
  limit = Infinity;
  private samples: LoadSample[] = [];
  private calm = 0;
  /** When the limit began. */
  private began = 0;

  record(sample: LoadSample): void {
    const last = this.samples.at(-1);
    if (last && sample.at - last.at > MAX_GAP_SECONDS) this.reset();
    this.samples.push(sample);
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
    if (last && this.samples.length > 1) this.decide(last, sample);
  }

  /** Nothing is known: everything is accepted. */
  reset(): void {
    this.samples = [];
    this.limit = Infinity;
  }

  private decide(last: LoadSample, sample: LoadSample): void {
    const { waiting, rate } = this.work(sample);
    const seconds = waiting === 0 ? 0 : waiting / rate;
    const isOver = seconds > MAX_BACKLOG_SECONDS && waiting > MIN_WAITING_REQUESTS;
    const next = shareOf(rate, seconds);
    if (this.limit === Infinity) {
      const came = (sample.accepted - last.accepted) / (sample.at - last.at);
      if (!isOver || sample.lag < MIN_LAG_SECONDS || sample.lag <= last.lag) return;
      this.limit = Math.max(next, MIN_FIRST_SHARE * came);
      this.began = sample.at;
      return;
    }
    const isCalm = sample.refused === last.refused && !isOver;
    this.calm = isCalm ? this.calm + 1 : 0;
    if (this.calm >= CALM_SAMPLES) this.limit = Infinity;
    else if (sample.lag < IDLE_LAG_SECONDS) this.limit *= STEP.upWhenIdle;
    else {
      const least = isCalm ? this.limit : this.limit * STEP.down;
      this.limit = Math.min(this.limit * STEP.up, Math.max(least, next));
    }
  }

  /**
   * Requests accepted and not yet carried on, and how many a second are. What was carried before the limit began counts for
   * nothing: who had little to do has not shown what he can carry.
   */
  private work(sample: LoadSample): { waiting: number; rate: number } {
    const since = Math.max(sample.at - RATE_WINDOW_SECONDS + 0.5, this.limit === Infinity ? 0 : this.began);
    const from = this.samples.slice(0, -1).findLast(({ at }) => at <= since) ?? this.samples[0]!;
    const [before, now] = [this.carriedAt(from), this.carriedAt(sample)];
    return { waiting: sample.accepted - now, rate: Math.max(0, now - before) / (sample.at - from.at) };
  }

  /** Requests accepted when the one that is carried on at this sample came. */
  private carriedAt({ at, lag }: LoadSample): number {
    const moment = at - lag;
    const after = this.samples.findIndex((each) => each.at >= moment);
    const [first, second] = after > 0 ? [this.samples[after - 1]!, this.samples[after]!] : this.samples;
    if (!second) return first!.accepted;
    const share = (moment - first!.at) / (second.at - first!.at);
    return first!.accepted + share * (second.accepted - first!.accepted);
  }
}

function shareOf(rate: number, seconds: number): number {
  const share =
    seconds < TARGET_BACKLOG_SECONDS ? SHARE.most : 1 - (seconds - TARGET_BACKLOG_SECONDS) / WORK_OFF_SECONDS;
  return Math.max(1, rate * Math.max(SHARE.least, share));
}
