import {
  nameOfItem,
  nameOfProvider,
  nameOfReason,
  PROVISIONAL,
  shanghaiDate,
  workingDaysBetween,
  type Catalogue,
  type Matter,
  type Part,
} from '@lianban/catalogue';
import { isTerminal, type JobState, type Withdrawal } from '@lianban/contracts';
import type { Language } from '@lianban/service-kit';
import {
  attentionText,
  deliveryText,
  lapsedText,
  stateText,
  utilityText,
  withdrawalText,
} from './sentences.js';
import { placeStages } from './stages.js';
import type { RequestSnapshot, TrackedJob } from './tracked.js';

/** What a status is written with: the catalogue's names, the reader's language, the day it is. */
export interface Reading {
  catalogue: Catalogue;
  language: Language;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  today: string;
}

/** Writes how one utility's part stands. Dates are `YYYY-MM-DD` in Asia/Shanghai, times ISO 8601. */
export function jobStatus(
  job: TrackedJob,
  request: RequestSnapshot,
  matter: Matter | undefined,
  reading: Reading,
) {
  const { part, decision, progress } = job;
  const { language, catalogue } = reading;
  const provider = progress?.provider ?? decision?.provider ?? part.provider;
  const state: JobState = progress?.state ?? 'placed';
  const matterPart = matter?.parts.find(({ utility }) => utility === part.utility);
  return {
    utility: part.utility,
    name: utilityText[part.utility][language],
    provider: { id: provider, name: nameOfProvider(provider, catalogue)[language] },
    state,
    stateText: stateText[state][language],
    since: progress?.since ?? request.registeredAt,
    reference: progress?.reference,
    delivery: deliveryOf(job, request, language),
    delivered: progress?.delivered ?? false,
    accepted: progress?.accepted ?? false,
    stages: stagesOf(job, request, matterPart, reading),
    clock: clockOf(job, reading),
    holder: progress?.holder,
    holderText: progress?.holder && attentionText[progress.holder][language],
    ...holderDueDate(job, reading),
    reason: reasonOf(progress?.reason, reading),
    todo: todoOf(job, reading),
    withdrawal: withdrawalOf(job, reading),
    lapsed: decision?.lapsed,
    lapsedText: decision?.lapsed && lapsedText(decision.lapsed)[language],
    reroutedFor: reasonOf(decision?.reroutedFor, reading),
  };
}

export type JobStatus = ReturnType<typeof jobStatus>;

/** Delivered is what the adapter saw happen, of the operation it is about now; accepted is another question. */
function deliveryOf({ progress }: TrackedJob, { registeredAt }: RequestSnapshot, language: Language) {
  const { kind, delivery, since } = progress?.operation ?? {
    kind: 'place',
    delivery: 'pending',
    since: registeredAt,
  };
  const isAway = delivery === 'failing' || delivery === 'unknown';
  return {
    operation: kind,
    status: delivery,
    since,
    text: deliveryText[delivery][language],
    /** Since when the provider could not be reached. */
    ...(isAway && { unreachableSince: since }),
  };
}

/** The clock as routing keeps it, counted anew on the day it is read; before its first word the promise runs. */
function clockOf({ part, decision }: TrackedJob, { catalogue, language, today }: Reading) {
  const clock = decision?.clock;
  const dueDate = clock?.dueDate ?? part.promisedDate;
  const running = clock?.running ?? true;
  const left =
    today <= dueDate
      ? workingDaysBetween(catalogue.calendar, today, dueDate)
      : -workingDaysBetween(catalogue.calendar, dueDate, today);
  const isProvisional = clock ? clock.provisional : catalogue.calendar.isProvisional(dueDate);
  return {
    dueDate,
    /** What stands beside the date where the holidays of its year are not announced yet. */
    ...(isProvisional && { provisional: PROVISIONAL[language] }),
    running,
    remainingDays: running ? left : clock?.remainingDays,
  };
}

interface HolderDueDate {
  holderDueDate?: string;
  /** What stands beside that date where the holidays of its year are not announced yet. */
  holderDueDateProvisional?: string;
}

function holderDueDate({ progress }: TrackedJob, { language }: Reading): HolderDueDate {
  if (!progress?.holder || !progress.dueDate) return {};
  return {
    holderDueDate: progress.dueDate,
    ...(progress.dueDateProvisional && { holderDueDateProvisional: PROVISIONAL[language] }),
  };
}

function stagesOf(
  { part, decision, progress }: TrackedJob,
  { registeredAt }: RequestSnapshot,
  matterPart: Part | undefined,
  { catalogue, language }: Reading,
) {
  const promisedDate = decision?.clock.promisedDate ?? part.promisedDate;
  const plan = {
    stages: matterPart?.stages ?? [],
    reached: progress?.stages ?? [],
    registeredOn: shanghaiDate(new Date(registeredAt)),
    promisedDate,
    dueDate: decision?.clock.dueDate ?? promisedDate,
  };
  return placeStages(plan, catalogue.calendar).map(({ stage, plannedDate, reachedAt }) => ({
    code: stage.code,
    name: stage.name[language],
    plannedDate,
    ...(catalogue.calendar.isProvisional(plannedDate) && { provisional: PROVISIONAL[language] }),
    reachedAt,
  }));
}

/** What the applicant must do, while it is his turn. */
function todoOf({ progress }: TrackedJob, { catalogue, language }: Reading) {
  if (progress?.state !== 'waiting') return undefined;
  const { correction, dueDate } = progress;
  return {
    correctionId: correction?.id,
    items: (correction?.items ?? []).map((code) => ({ code, name: nameOfItem(code, catalogue)[language] })),
    dueDate: correction?.dueDate ?? dueDate,
    ...(progress.dueDateProvisional && { provisional: PROVISIONAL[language] }),
  };
}

/** What came of a withdrawal: asked for as soon as the counter took it, the rest when the provider said so. */
function withdrawalOf({ part, progress }: TrackedJob, reading: Reading) {
  const heard: Withdrawal = progress?.withdrawal ?? 'none';
  const isAsked = part.withdrawn && !(progress && isTerminal(progress.state));
  const status: Withdrawal = heard === 'none' && isAsked ? 'asked' : heard;
  if (status === 'none') return undefined;
  return {
    status,
    text: withdrawalText[status][reading.language],
    reason: reasonOf(progress?.withdrawalReason, reading),
  };
}

function reasonOf(code: string | undefined, { catalogue, language }: Reading) {
  if (!code) return undefined;
  const legalBasis = catalogue.reason(code)?.legalBasis?.[language];
  return { code, text: nameOfReason(code, catalogue)[language], legalBasis };
}
