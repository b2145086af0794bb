/** What a page shows of one utility's part; a subset of what tracking answers. */
export interface ShownPart {
  utility: string;
  name: string;
  provider: { name: string };
  state: string;
  stateText: string;
  since: string;
  reference?: string;
  delivery: { text: string; status: string };
  delivered: boolean;
  stages: readonly { name: string; plannedDate: string; provisional?: string; reachedAt?: string }[];
  silence?: { text: string };
  documents?: readonly { kindText: string; name: string; url: string }[];
  clock: { slaDate: string; provisional?: string; running: boolean; remainingDays: number };
  holder?: string;
  holderDeadline?: string;
  holderDeadlineProvisional?: string;
  reason?: { text: string; legalBasis?: string };
  todo?: {
    correctionId?: string;
    items: readonly { code: string; name: string }[];
    deadline?: string;
    provisional?: string;
  };
  withdrawal?: { text: string; reason?: { text: string } };
  deadlineOutcomeText?: string;
  reroutedFor?: { text: string };
}

/** What a page shows of a request; a subset of what tracking answers. */
export interface ShownStatus {
  receiptNumber: string;
  phase: string;
  attention: string;
  outcome?: string;
  text: string;
  matter: { name: string };
  applicant: string;
  registeredAt: string;
  endedAt?: string;
  missing: readonly { code: string; name: string }[];
  parts: readonly ShownPart[];
}

const TERMINAL = new Set(['completed', 'partly-completed', 'refused', 'failed', 'cancelled']);

export const hasEnded = ({ state }: Pick<ShownPart, 'state'>): boolean => TERMINAL.has(state);

export const isApplicantsTurn = ({ state, holder }: Pick<ShownPart, 'state' | 'holder'>): boolean =>
  state === 'waiting' || (state === 'held' && holder === 'applicant');
