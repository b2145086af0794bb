import { createHash } from 'node:crypto';
import { canonicalJson } from '@lianban/service-kit';
import type { Catalogue } from '@lianban/catalogue';
import type { JobDesired } from '@lianban/contracts';

/** What a decision may know beside the job and the event. */
export interface Context {
  now: Date;
  catalogue: Catalogue;
  newId(): string;
  /** So many changes a provider may report of one placement in an hour; without it, any number. */
  changesPerHour?: number;
}

/** A short name for what a provider knows: equal digests need no correction, in whatever order the fields stand. */
export const dossierDigest = (dossier: JobDesired['dossier']): string =>
  createHash('sha256').update(canonicalJson(dossier)).digest('base64url').slice(0, 22);
