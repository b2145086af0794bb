import type { Utility } from '@lianban/contracts';
import type { Catalogue } from './catalogue.js';
import { isInForce } from './in-force.js';
import { serves, type Provider } from './provider.js';

export interface Wanted {
  utility: Utility;
  /** Six-digit code of a district, not of a city. */
  district: string;
  /** Telecom has no provider without it; the other utilities ignore it. */
  carrier?: string | undefined;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  on: string;
}

/** The provider that does this job there on that day; undefined where nobody does (design 3). */
export function pickProvider(
  catalogue: Catalogue,
  { utility, district, carrier, on }: Wanted,
): Provider | undefined {
  const place = catalogue.district(district);
  if (!place) return undefined;
  return catalogue
    .providers(utility)
    .find(
      (provider) =>
        serves(provider, place) &&
        isInForce(provider, on) &&
        (provider.carrier === undefined || provider.carrier === carrier),
    );
}
