import { createHash } from 'node:crypto';
import { holderDueDate, partOf, shanghaiDate, type Catalogue } from '@lianban/catalogue';
import type { JobWanted } from '@lianban/contracts';

/** What a decision may know beside the file and the event. */
export interface Context {
  now: Date;
  catalogue: Catalogue;
  newId(): string;
}

/** By when the holder of a stop must act, by the catalogue; `undefined` where the calendar does not reach. */
export function dueDateOf(
  wanted: JobWanted,
  reasonCode: string | null,
  { catalogue, now }: Context,
): string | null {
  const matter = catalogue.matter(wanted.dossier.matter, shanghaiDate(new Date(wanted.dossier.registeredAt)));
  const part = matter && partOf(matter, wanted.utility);
  const reason = catalogue.reason(reasonCode ?? '') ?? catalogue.reason('material-missing');
  if (!part || !reason) return null;
  return holderDueDate(part, reason, catalogue.calendar, shanghaiDate(now));
}

/** A short name for what a provider knows: equal digests need no correction. */
export const digestOf = (dossier: JobWanted['dossier']): string =>
  createHash('sha256').update(JSON.stringify(dossier)).digest('base64url').slice(0, 22);
