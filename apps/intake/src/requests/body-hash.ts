import { createHash } from 'node:crypto';
import { canonicalJson } from '@lianban/service-kit';

/** SHA-256 in hex of what was sent; the order of its keys does not matter. */
export const bodyHash = (body: unknown): string =>
  createHash('sha256').update(canonicalJson(body)).digest('hex');
