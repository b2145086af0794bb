import type { Utility } from '@lianban/contracts';
import type { Catalogue } from './catalogue.js';
import { isInForce } from './in-force.js';
import { serves, type Provider } from './provider.js';

export interface ProviderQuery {
  utility: Utility;
  /** Six-digit code of a district, not of a city. */
  district: string;
  /** Required for telecom; other utilities ignore it. */
  carrier?: string | undefined;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  date: string;
}

/** The provider responsible there on that day, if the utility is offered there: one that names the district before one of the whole city. */
export function pickProvider(
  catalogue: Catalogue,
  { utility, district, carrier, date: on }: ProviderQuery,
): Provider | undefined {
  const place = catalogue.district(district);
  if (!place?.utilities.includes(utility)) return undefined;
  const responsible = catalogue
    .providers(utility)
    .filter(
      (provider) =>
        serves(provider, place) &&
        isInForce(provider, on) &&
        (provider.carrier === undefined || provider.carrier === carrier),
    );
  return responsible.find(({ districts }) => districts.includes(district)) ?? responsible[0];
}
