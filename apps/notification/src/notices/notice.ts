import type { FactKind, Outcome, Utility } from '@lianban/contracts';
import { v5 } from 'uuid';

/** What an applicant is told about; a re-route tells him nothing, a part that lapsed has a text of its own. */
export type NoticeKind = Exclude<FactKind, 'rerouted'> | 'lapsed';

/** Something the applicant is told, in codes; nothing about a person. */
export interface Notice {
  /** Id of the fact: told once per request. */
  key: string;
  kind: NoticeKind;
  utility?: Utility;
  provider?: string;
  date?: string;
  /** The date was counted with days of a year whose holidays are not announced yet. */
  provisional?: boolean;
  reason?: string;
  items?: string[];
  outcome?: Outcome;
  /** Parts whose promised date an announcement has moved, and their new dates. */
  moved?: { utility: Utility; date: string }[];
}

/** A notice that is due by the newest status of its request. */
export interface DueNotice extends Notice {
  /** When its fact became one. */
  at: string;
}

/** Namespace of text ids (RFC 9562, version 5): the same fact is the same message for the gateway, whoever sends it. */
const TEXTS = '5d5c2f0a-6d5e-4f0e-9a53-0c1b6a8f3b5e';

/** Id of the text that begins with this notice. */
export const textId = (requestId: string, key: string): string => v5(`${requestId} ${key}`, TEXTS);

/** Acceptances share a text, also with the registration. */
export const isBatchable = (notice: Pick<Notice, 'kind'>): boolean =>
  isAcceptance(notice) || notice.kind === 'registered';

export const isAcceptance = ({ kind }: Pick<Notice, 'kind'>): boolean => kind === 'accepted';
