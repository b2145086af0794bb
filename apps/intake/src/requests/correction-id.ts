import { parse, validate, version } from 'uuid';

/** The services' clocks differ by less. */
const TOLERANCE_MS = 60_000;

/**
 * May this unknown id belong to a correction whose status has not arrived yet? Adapters create ids that contain their time
 * (UUID version 7, RFC 9562).
 */
export function mayBeNew(id: string, registeredAt: Date, now: Date): boolean {
  if (!validate(id) || version(id) !== 7) return false;
  const madeAt = Buffer.from(parse(id)).readUIntBE(0, 6);
  return madeAt >= registeredAt.getTime() - TOLERANCE_MS && madeAt <= now.getTime() + TOLERANCE_MS;
}
