import { Injectable } from '@nestjs/common';

const TIMEOUT_MS = 2_000;
const RESULTS_TO_FLIP = 2;

export type DependencyCheck = () => Promise<unknown> | void;
export interface Dependency {
  status: 'up' | 'down';
  /** Since when, RFC 3339. */
  since: string;
}
export type Dependencies = Record<string, Dependency>;

interface Entry {
  check: DependencyCheck;
  isUp?: boolean;
  since: Date;
  contrary: number;
}

/** What a service needs to work, and whether it is there. Two contrary results in a row flip a check, one does not; the first result counts. */
@Injectable()
export class DependencyChecks {
  private readonly entries = new Map<string, Entry>();
  private running?: Promise<Dependencies>;

  /** `check` throws, rejects, or takes longer than two seconds if the service cannot work. */
  add(name: string, check: DependencyCheck) {
    this.entries.set(name, { check, since: new Date(), contrary: 0 });
  }

  /** Runs every check; callers at the same time share one run. */
  run(): Promise<Dependencies> {
    this.running ??= this.runAll().finally(() => (this.running = undefined));
    return this.running;
  }

  private async runAll(): Promise<Dependencies> {
    const results = [...this.entries].map(async ([name, entry]) => {
      settle(entry, await passes(entry.check));
      const status = entry.isUp ? ('up' as const) : ('down' as const);
      return [name, { status, since: entry.since.toISOString() }] as const;
    });
    return Object.fromEntries(await Promise.all(results));
  }
}

function settle(entry: Entry, isUp: boolean) {
  entry.contrary = isUp === entry.isUp ? 0 : entry.contrary + 1;
  if (isUp === entry.isUp) return;
  if (entry.isUp !== undefined && entry.contrary < RESULTS_TO_FLIP) return;
  entry.isUp = isUp;
  entry.since = new Date();
  entry.contrary = 0;
}

async function passes(check: DependencyCheck): Promise<boolean> {
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
