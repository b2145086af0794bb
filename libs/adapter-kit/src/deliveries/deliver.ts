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
export async function deliver(driver: UtilityDriver, claimed: Claimed): Promise<Delivered> {
  try {
    const isAsked = claimed.doubted && driver.repeats === 'look-up';
    return { outcome: await (isAsked ? settle : send)(driver, claimed), away: false };
  } catch (error) {
    return failureOf(error);
  }
}

async function send(driver: UtilityDriver, { kind, body }: Claimed): Promise<Outcome> {
  return { kind: 'taken', ...(await driver[kind](body)) };
}

/** What a look-up tells. What is surely absent is sent by a later call, as it is wanted then. */
async function settle(driver: UtilityDriver, { body, mayStillArrive }: Claimed): Promise<Outcome> {
  const { found, ...rest } = await driver.lookUp!(body);
  if (found === 'taken') return { kind: 'taken', ...rest };
  if (found === 'refused') return { kind: 'refused', ...(rest as { reason: string; words?: string }) };
  return mayStillArrive
    ? { kind: 'unknown', said: 'absent, but an earlier call may still arrive', spend: false }
    : { kind: 'absent' };
}

function failureOf(error: unknown): Delivered {
  if (error instanceof ProviderRefused)
    return { outcome: { kind: 'refused', reason: error.reason, words: error.words }, away: false };
  if (error instanceof ProviderUnavailable)
    return { outcome: { kind: 'not-sent', said: error.message, spend: true }, away: error.away };
  const away = error instanceof ProviderUnknown && error.away;
  return { outcome: { kind: 'unknown', said: (error as Error).message, spend: true }, away };
}
