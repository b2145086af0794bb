import { parse, validate, version } from 'uuid';

/** Clocks of services differ by less. */
const TOLERANCE_MS = 60_000;

/**
 * May an id that nobody here has heard of belong to a correction asked for since the request was registered? Adapters give
 * ids with their time in them (UUID version 7, RFC 9562).
 */
export function mayBeNew(id: string, registeredAt: Date, now: Date): boolean {
  if (!validate(id) || version(id) !== 7) return false;
  const madeAt = Buffer.from(parse(id)).readUIntBE(0, 6);
  return madeAt >= registeredAt.getTime() - TOLERANCE_MS && madeAt <= now.getTime() + TOLERANCE_MS;
}
