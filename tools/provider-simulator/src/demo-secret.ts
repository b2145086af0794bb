import { createHmac } from 'node:crypto';

/** A provider's webhook secret in a demo installation: `whsec_` and the base64 of HMAC-SHA256(seed, provider's id). */
export const demoSecret = (seed: string, providerId: string): string =>
  `whsec_${createHmac('sha256', seed).update(providerId).digest('base64')}`;
