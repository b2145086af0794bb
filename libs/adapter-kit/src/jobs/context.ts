import { createHash } from 'node:crypto';
import { canonicalJson } from '@lianban/service-kit';
import { defaultHolderDeadline, partOf, shanghaiDate, type Catalogue } from '@lianban/catalogue';
import type { JobDesired } from '@lianban/contracts';

/** What a decision may know beside the file and the event. */
export interface Context {
  now: Date;
  catalogue: Catalogue;
  newId(): string;
  /** So many changes a provider may report of one placement in an hour; without it, any number. */
  changesPerHour?: number;
}

export interface DueDate {
  date: string;
  /** Counted with days of a year whose holidays are not announced yet. */
  provisional: boolean;
}

/** By when the holder of a stop must act, by the catalogue; null where it does not say. */
export function dueDateOf(
  wanted: JobDesired,
  reasonCode: string | null,
  { catalogue, now }: Context,
): DueDate | null {
  const matter = catalogue.matter(wanted.dossier.matter, shanghaiDate(new Date(wanted.dossier.registeredAt)));
  const part = matter && partOf(matter, wanted.utility);
  const reason = catalogue.reason(reasonCode ?? '') ?? catalogue.reason('material-missing');
  if (!part || !reason) return null;
  const date = defaultHolderDeadline(part, reason, catalogue.calendar, shanghaiDate(now));
  return { date, provisional: catalogue.calendar.isProvisional(date) };
}

/** A short name for what a provider knows: equal digests need no correction, in whatever order the fields stand. */
export const dossierDigest = (dossier: JobDesired['dossier']): string =>
  createHash('sha256').update(canonicalJson(dossier)).digest('base64url').slice(0, 22);
