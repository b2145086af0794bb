/** Where a provider's own list does not agree with ours, and no report of it can be applied. */
export const DIFFERENCES = [
  'unknown-to-provider',
  'unknown-to-us',
  'state-differs',
  'dossier-differs',
] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** What went otherwise than it should: what was done twice or too late, and what a provider reported that nobody knows. */
export type FindingKind =
  | 'superseded-completed'
  | 'superseded-withdrawal-refused'
  | 'second-reference'
  | 'unknown-state'
  | 'unknown-stage'
  | 'unknown-reason'
  | 'unknown-holder'
  | 'unknown-item'
  | 'unknown-document'
  | 'due-date-out-of-range'
  | 'wrong-clock'
  | 'sequence-backwards'
  | 'too-many-reports'
  | Difference;

/** Something that went otherwise than it should, and who must look. */
export interface Finding {
  id: string;
  requestId: string;
  attempt: number;
  provider: string;
  kind: FindingKind;
  owner: string;
  at: string;
  /** The number of the order that the provider made beside the first. */
  reference?: string;
}
