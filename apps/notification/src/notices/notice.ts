import type { FactKind, Outcome, QueryCodeVersion, Utility } from '@lianban/contracts';
import { v5 } from 'uuid';

/** A re-route makes no notice; a lapsed part has a text of its own. A query code is no fact: the applicant asked for it. */
export type NoticeKind = Exclude<FactKind, 'rerouted'> | 'lapsed' | 'query-code';

/** Something the applicant is told, in codes and without personal data. */
export interface Notice {
  /** Id of the fact; sent once per request. */
  key: string;
  kind: NoticeKind;
  utility?: Utility;
  provider?: string;
  date?: string;
  /** The holidays of the date's year are not announced yet. */
  provisional?: boolean;
  reason?: string;
  items?: string[];
  outcome?: Outcome;
  /** What the query code is derived from. */
  code?: QueryCodeVersion;
  /** Parts with new promised dates. */
  moved?: { utility: Utility; date: string }[];
}

/** A notice that is due according to the newest status. */
export interface DueNotice extends Notice {
  /** When its fact became known. */
  at: string;
}

/** Namespace of text ids (RFC 9562, version 5): the same fact always has the same id at the gateway. */
const TEXTS = '5d5c2f0a-6d5e-4f0e-9a53-0c1b6a8f3b5e';

/** The id of the text that begins with this notice. */
export const textId = (requestId: string, key: string): string => v5(`${requestId} ${key}`, TEXTS);

/** Acceptances share a text, also with the registration. */
export const isBatchable = (notice: Pick<Notice, 'kind'>): boolean =>
  isAcceptance(notice) || notice.kind === 'registered';

export const isAcceptance = ({ kind }: Pick<Notice, 'kind'>): boolean => kind === 'accepted';
