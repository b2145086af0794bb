import { createHash } from 'node:crypto';
import { canonicalJson } from '@lianban/service-kit';
import { CalendarUncovered, holderDueDate, partOf, shanghaiDate, type Catalogue } from '@lianban/catalogue';
import type { JobWanted } from '@lianban/contracts';

/** What a decision may know beside the file and the event. */
export interface Context {
  now: Date;
  catalogue: Catalogue;
  newId(): string;
  /** So many changes a provider may report of one placement in an hour; without it, any number. */
  changesPerHour?: number;
}

/** By when the holder of a stop must act, by the catalogue; where the calendar does not reach, by its last day. */
export function dueDateOf(
  wanted: JobWanted,
  reasonCode: string | null,
  { catalogue, now }: Context,
): string | null {
  const matter = catalogue.matter(wanted.dossier.matter, shanghaiDate(new Date(wanted.dossier.registeredAt)));
  const part = matter && partOf(matter, wanted.utility);
  const reason = catalogue.reason(reasonCode ?? '') ?? catalogue.reason('material-missing');
  if (!part || !reason) return null;
  try {
    return holderDueDate(part, reason, catalogue.calendar, shanghaiDate(now));
  } catch (error) {
    if (error instanceof CalendarUncovered) return `${error.lastYear}-12-31`;
    throw error;
  }
}

/** A short name for what a provider knows: equal digests need no correction, in whatever order the fields stand. */
export const digestOf = (dossier: JobWanted['dossier']): string =>
  createHash('sha256').update(canonicalJson(dossier)).digest('base64url').slice(0, 22);
