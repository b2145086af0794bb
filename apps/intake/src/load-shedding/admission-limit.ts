/** One observation, in seconds and requests. */
export interface LoadSample {
  at: number;
  /** How long the oldest waiting request has waited. */
  lag: number;
  /** Accepted and refused so far by this instance. */
  accepted: number;
  refused: number;
}

/** A limit starts if more work than this waits, */
const MAX_BACKLOG_SECONDS = 1;
/** if more requests than this wait (a few are soon worked off after a restart), */
const MIN_WAITING_REQUESTS = 100;
/** and if the lag is at least this and grows. */
const MIN_LAG_SECONDS = 0.5;
/** The work that should keep waiting, so that readers stay busy. */
const TARGET_BACKLOG_SECONDS = 0.5;
/** Time to work off what exceeds the target. */
const WORK_OFF_SECONDS = 4;
/** Bounds of accepted / carried. */
const SHARE = { least: 0.6, most: 1.25 };
const RATE_WINDOW_SECONDS = 3;
/** The first limit is at least this share of what came in. */
const MIN_FIRST_SHARE = 1 / 3;
/** How much one sample may change the limit. */
const STEP = { down: 0.6, up: 1.3, upWhenIdle: 1.6 };
/** Below this lag the rate says nothing about capacity. */
const IDLE_LAG_SECONDS = 0.25;
/** Samples without refusals after which the limit ends. */
const CALM_SAMPLES = 3;
/** Samples further apart are unrelated. */
const MAX_GAP_SECONDS = 15;
const MAX_SAMPLES = 300;

/**
 * Derives from the lag alone how many registrations a second are accepted. The requests accepted after the one that is carried
 * on now are waiting; the speed of that position is the rate at which requests are carried on.
 */
export class AdmissionLimit {
  /** Registrations a second; Infinity means no limit. */
  limit = Infinity;
  private samples: LoadSample[] = [];
  private calm = 0;
  private began = 0;

  record(sample: LoadSample): void {
    const last = this.samples.at(-1);
    if (last && sample.at - last.at > MAX_GAP_SECONDS) this.reset();
    this.samples.push(sample);
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
    if (last && this.samples.length > 1) this.decide(last, sample);
  }

  /** Accepts everything again. */
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
   * Requests that wait, and how many a second are carried on. The time before the limit started does not count, because an
   * idle system does not show its capacity.
   */
  private work(sample: LoadSample): { waiting: number; rate: number } {
    const since = Math.max(sample.at - RATE_WINDOW_SECONDS + 0.5, this.limit === Infinity ? 0 : this.began);
    const from = this.samples.slice(0, -1).findLast(({ at }) => at <= since) ?? this.samples[0]!;
    const [before, now] = [this.carriedAt(from), this.carriedAt(sample)];
    return { waiting: sample.accepted - now, rate: Math.max(0, now - before) / (sample.at - from.at) };
  }

  /** How many requests had been accepted when the one carried on at this sample arrived. */
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
