import type { Outcome } from '../jobs/note-outcome.js';
import {
  ProviderRefused,
  ProviderUnavailable,
  ProviderUnknown,
  type UtilityDriver,
} from '../drivers/utility-driver.js';
import type { Claimed } from './claims.js';

export interface Delivered {
  outcome: Outcome;
  /** Did the provider as a whole give no answer? */
  away: boolean;
}

/**
 * Makes one call, or looks first where an earlier call may have been taken: unknown is never answered by sending again
 * blindly. No transaction is open meanwhile: a slow provider must not exhaust the database's connections.
 */
export async function deliver(driver: UtilityDriver, claimed: Claimed, now: () => Date): Promise<Delivered> {
  try {
    const outcome =
      claimed.doubted && driver.repeats === 'look-up' ? await settle(driver, claimed, now()) : undefined;
    return { outcome: outcome ?? (await send(driver, claimed)), away: false };
  } catch (error) {
    return failureOf(error);
  }
}

async function send(driver: UtilityDriver, { kind, body }: Claimed): Promise<Outcome> {
  return { kind: 'taken', ...(await driver[kind](body)) };
}

/** What a look-up tells; nothing where the provider surely does not have it. */
async function settle(
  driver: UtilityDriver,
  { body, earlierLease }: Claimed,
  now: Date,
): Promise<Outcome | undefined> {
  const { found, ...rest } = await driver.lookUp!(body);
  if (found === 'taken') return { kind: 'taken', ...rest };
  if (found === 'refused') return { kind: 'refused', ...(rest as { reason: string; words?: string }) };
  const tooEarly = earlierLease !== null && now < new Date(earlierLease);
  return tooEarly
    ? { kind: 'unknown', said: 'absent, but an earlier call may still arrive', spend: false }
    : undefined;
}

function failureOf(error: unknown): Delivered {
  if (error instanceof ProviderRefused)
    return { outcome: { kind: 'refused', reason: error.reason, words: error.words }, away: false };
  if (error instanceof ProviderUnavailable)
    return { outcome: { kind: 'not-sent', said: error.message, spend: true }, away: error.away };
  const away = error instanceof ProviderUnknown && error.away;
  return { outcome: { kind: 'unknown', said: (error as Error).message, spend: true }, away };
}
