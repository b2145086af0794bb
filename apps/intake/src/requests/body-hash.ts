import { createHash } from 'node:crypto';
import { canonicalJson } from '@lianban/service-kit';

/** SHA-256 in hex of a body, independent of the order of its keys. */
export const bodyHash = (body: unknown): string =>
  createHash('sha256').update(canonicalJson(body)).digest('hex');
