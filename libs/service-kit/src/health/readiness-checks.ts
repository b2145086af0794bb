import { Injectable } from '@nestjs/common';

const TIMEOUT_MS = 2_000;
const RESULTS_TO_FLIP = 2;

export type ReadinessCheck = () => Promise<unknown> | void;
export type Readiness = Record<string, 'up' | 'down'>;

interface Entry {
  check: ReadinessCheck;
  isUp?: boolean;
  contrary: number;
}

/** What a service needs to work. Two contrary results in a row flip a check, one does not; the first result counts. */
@Injectable()
export class ReadinessChecks {
  private readonly entries = new Map<string, Entry>();
  private running?: Promise<Readiness>;

  /** `check` throws, rejects, or takes longer than two seconds if the service cannot work. */
  add(name: string, check: ReadinessCheck) {
    this.entries.set(name, { check, contrary: 0 });
  }

  /** Runs every check; callers at the same time share one run. */
  run(): Promise<Readiness> {
    this.running ??= this.runAll().finally(() => (this.running = undefined));
    return this.running;
  }

  private async runAll(): Promise<Readiness> {
    const results = [...this.entries].map(async ([name, entry]) => {
      settle(entry, await passes(entry.check));
      return [name, entry.isUp ? 'up' : 'down'] as const;
    });
    return Object.fromEntries(await Promise.all(results));
  }
}

function settle(entry: Entry, isUp: boolean) {
  entry.contrary = isUp === entry.isUp ? 0 : entry.contrary + 1;
  if (entry.isUp !== undefined && entry.contrary < RESULTS_TO_FLIP) return;
  entry.isUp = isUp;
  entry.contrary = 0;
}

async function passes(check: ReadinessCheck): Promise<boolean> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('too late')), TIMEOUT_MS);
  try {
    await Promise.race([check(), late.promise]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
