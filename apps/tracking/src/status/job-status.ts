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
import { isTerminal } from '@lianban/contracts';
import type { Language } from '@lianban/service-kit';
import type { JobView } from '../projection/status-snapshot.js';
import {
  attentionText,
  deadlineOutcomeText,
  deliveryText,
  documentText,
  silenceText,
  stateText,
  utilityLabel,
  withdrawalText,
  type Audience,
} from './messages.js';
import { planStages } from './stages.js';

/** Working days without news at which nobody wonders. */
const USUAL_SILENCE_DAYS = 3;

/** What a status is rendered with. */
export interface RenderContext extends Audience {
  catalogue: Catalogue;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  today: string;
}

/** Renders one utility's part. Dates are `YYYY-MM-DD` in Asia/Shanghai, times ISO 8601. */
export function jobStatus(
  job: JobView,
  registeredOn: string,
  matter: Matter | undefined,
  context: RenderContext,
) {
  const { utility, provider, state, holder, deadlineOutcome } = job;
  const { reader, language, catalogue } = context;
  const matterPart = matter?.parts.find((part) => part.utility === utility);
  const stages = renderStages(job, registeredOn, matterPart, context);
  return {
    utility,
    name: utilityLabel(utility, language),
    provider: { id: provider, name: nameOfProvider(provider, catalogue)[language] },
    state,
    stateText: stateText[reader][state][language],
    since: job.since,
    reference: job.reference,
    delivery: renderDelivery(job, language),
    delivered: job.delivered,
    accepted: job.accepted,
    stages,
    silence: renderSilence(job, stages, context),
    documents: job.documents?.map(({ kind, name, url }) => ({
      kind,
      kindText: documentText[kind][language],
      name,
      url,
    })),
    clock: renderClock(job, context),
    holder,
    holderText: holder && attentionText[reader][holder][language],
    ...renderHolderDeadline(job, context),
    reason: renderReason(job.reason, context),
    todo: renderTodo(job, context),
    withdrawal: renderWithdrawal(job, context),
    deadlineOutcome,
    deadlineOutcomeText: deadlineOutcome && deadlineOutcomeText[deadlineOutcome][language],
    reroutedFor: renderReason(job.reroutedFor, context),
  };
}

/** Whether the provider has received the current operation. */
function renderDelivery({ operation: { kind, delivery, since } }: JobView, language: Language) {
  const isUnreachable = delivery === 'failing' || delivery === 'unknown';
  return {
    operation: kind,
    status: delivery,
    since,
    text: deliveryText[delivery][language],
    /** Since when the provider could not be reached. */
    ...(isUnreachable && { unreachableSince: since }),
  };
}

/** The SLA clock, with the days left on the day it is read. */
function renderClock({ clock }: JobView, { catalogue, language, today }: RenderContext) {
  const { slaDate, running, provisional } = clock;
  const left =
    today <= slaDate
      ? workingDaysBetween(catalogue.calendar, today, slaDate)
      : -workingDaysBetween(catalogue.calendar, slaDate, today);
  return {
    slaDate,
    /** A note if the holidays of that year are not announced yet. */
    ...(provisional && { provisional: PROVISIONAL[language] }),
    running,
    remainingDays: running ? left : clock.remainingDays,
  };
}

interface HolderDeadline {
  holderDeadline?: string;
  /** A note if the holidays of that year are not announced yet. */
  holderDeadlineProvisional?: string;
}

function renderHolderDeadline(job: JobView, { language }: RenderContext): HolderDeadline {
  if (!job.holder || !job.holderDeadline) return {};
  return {
    holderDeadline: job.holderDeadline,
    ...(job.holderDeadlineProvisional && { holderDeadlineProvisional: PROVISIONAL[language] }),
  };
}

function renderStages(
  { clock, stages }: JobView,
  registeredOn: string,
  matterPart: Part | undefined,
  { catalogue, language }: RenderContext,
) {
  const plan = {
    stages: matterPart?.stages ?? [],
    reached: stages,
    registeredOn,
    promisedDate: clock.promisedDate,
    slaDate: clock.slaDate,
  };
  return planStages(plan, catalogue.calendar).map(({ stage, plannedDate, reachedAt }) => ({
    code: stage.code,
    name: stage.name[language],
    plannedDate,
    ...(catalogue.calendar.isProvisional(plannedDate) && { provisional: PROVISIONAL[language] }),
    reachedAt,
  }));
}

/**
 * Since when nothing has come from a provider whose turn it is, where that is longer than usual: more than three working days, and the
 * next stage was planned for an earlier day.
 */
function renderSilence(
  job: JobView,
  stages: readonly { plannedDate: string; reachedAt: string | undefined }[],
  { catalogue, language, today }: RenderContext,
) {
  const isItsTurn = !isTerminal(job.state) && job.delivered && (job.holder ?? 'provider') === 'provider';
  const next = stages.find(({ reachedAt }) => reachedAt === undefined);
  if (!isItsTurn || !next || today <= next.plannedDate) return undefined;
  const since = [job.since, job.operation.since, ...job.stages.map(({ at }) => at)].toSorted().at(-1)!;
  const heardOn = shanghaiDate(new Date(since));
  if (workingDaysBetween(catalogue.calendar, heardOn, today) <= USUAL_SILENCE_DAYS) return undefined;
  const days = (Date.parse(today) - Date.parse(heardOn)) / 86_400_000;
  return { since, days, text: silenceText(nameOfProvider(job.provider, catalogue), days)[language] };
}

/** What the applicant must do, if it is his turn. */
function renderTodo(job: JobView, { catalogue, language }: RenderContext) {
  if (job.state !== 'waiting') return undefined;
  const { correction, holderDeadline } = job;
  return {
    correctionId: correction?.id,
    items: (correction?.items ?? []).map((code) => ({ code, name: nameOfItem(code, catalogue)[language] })),
    deadline: correction?.deadline ?? holderDeadline,
    ...(job.holderDeadlineProvisional && { provisional: PROVISIONAL[language] }),
  };
}

/** The state of a withdrawal: `asked` from the counter on, then the provider's answer. */
function renderWithdrawal(job: JobView, context: RenderContext) {
  const isAsked = job.withdrawnByApplicant && !isTerminal(job.state);
  const status = job.withdrawal === 'none' && isAsked ? 'asked' : job.withdrawal;
  if (status === 'none') return undefined;
  return {
    status,
    text: withdrawalText[status][context.language],
    reason: renderReason(job.withdrawalReason, context),
  };
}

function renderReason(code: string | undefined, { catalogue, language }: RenderContext) {
  if (!code) return undefined;
  const legalBasis = catalogue.reason(code)?.legalBasis?.[language];
  return { code, text: nameOfReason(code, catalogue)[language], legalBasis };
}
