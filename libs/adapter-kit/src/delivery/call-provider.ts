import type { Outcome } from '../jobs/outcome.js';
import {
  ProviderRefused,
  ProviderUnavailable,
  ProviderUnknown,
  type UtilityDriver,
} from '../drivers/utility-driver.js';
import type { LeasedOperation } from '../jobs/operation.js';

export interface CallResult {
  outcome: Outcome;
  /** Did the provider as a whole give no answer? */
  away: boolean;
  /** It asked to be left alone for so long. */
  waitMs?: number;
}

/**
 * Makes one call, or looks first where an earlier call may have been taken: unknown is never answered by sending again
 * blindly. No transaction is open meanwhile: a slow provider must not exhaust the database's connections.
 */
export async function callProvider(
  driver: UtilityDriver,
  leased: LeasedOperation,
  reference?: string,
): Promise<CallResult> {
  try {
    const isAsked = leased.outcomeUnknown && driver.retrySafety === 'status-query';
    return { outcome: await (isAsked ? resolveUnknown : send)(driver, leased, reference), away: false };
  } catch (error) {
    return failureOf(error);
  }
}

async function send(
  driver: UtilityDriver,
  { kind, body }: LeasedOperation,
  reference?: string,
): Promise<Outcome> {
  return { kind: 'taken', ...(await driver[kind](body, reference)) };
}

/** What a look-up tells. What is surely absent is sent by a later call, as it is wanted then. */
async function resolveUnknown(
  driver: UtilityDriver,
  { body, mayBeInFlight }: LeasedOperation,
  reference?: string,
): Promise<Outcome> {
  const { found, ...rest } = await driver.queryStatus!(body, reference);
  if (found === 'taken') return { kind: 'taken', ...rest };
  if (found === 'refused')
    return { kind: 'refused', ...(rest as { reason: string; providerMessage?: string }) };
  return mayBeInFlight
    ? { kind: 'unknown', error: 'absent, but an earlier call may still arrive', countsAsTry: false }
    : { kind: 'absent' };
}

export function failureOf(error: unknown): CallResult {
  if (error instanceof ProviderRefused)
    return {
      outcome: { kind: 'refused', reason: error.reason, providerMessage: error.providerMessage },
      away: false,
    };
  if (error instanceof ProviderUnavailable)
    return {
      outcome: { kind: 'not-sent', error: error.message, countsAsTry: error.waitMs === undefined },
      away: error.away,
      ...(error.waitMs !== undefined && { waitMs: error.waitMs }),
    };
  const away = error instanceof ProviderUnknown && error.away;
  return { outcome: { kind: 'unknown', error: (error as Error).message, countsAsTry: true }, away };
}
