import type { Provider } from '@lianban/catalogue';

/** The provider's own code for a reason of the catalogue, by the table of its row. */
export function ownCodeOf({ settings }: Provider, reason: string): string {
  const { reasons = {} } = (settings ?? {}) as { reasons?: Record<string, string> };
  return Object.keys(reasons).find((code) => reasons[code] === reason) ?? reason;
}
