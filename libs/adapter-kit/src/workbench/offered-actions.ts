import {
  defaultHolderDeadline,
  isInForce,
  nameOfMaterial,
  serves,
  shanghaiDate,
  type Catalogue,
  type Named,
  type Part,
  type TemplateAction,
} from '@lianban/catalogue';
import type { Holder, JobDesired, Language } from '@lianban/contracts';
import type { Caller } from '@lianban/service-kit';
import type { JobReport } from '../jobs/job-report.js';
import { isReasonFor, partOfJob } from '../jobs/known-codes.js';
import type { Placement } from '../jobs/placement.js';
import { claimRefusal, reportRefusal } from './refusals.js';

export type ClaimAction = 'claim' | 'release' | 'reassign';
export type JobAction = ClaimAction | TemplateAction | 'not-ours';

export interface OfferedReason extends Named {
  /** Who must act by default. */
  holder?: Holder;
  legalBasis?: string;
  /** By when the holder must act unless the officer says otherwise. */
  dueDate?: string;
}

/** Something that an applicant may be asked for. */
export interface OfferedItem extends Named {
  kind: 'material' | 'field';
}

/** A provider that the job may be given to. */
export interface OfferedProvider extends Named {
  /** Is it responsible at the address? */
  isResponsible: boolean;
}

/** Words that she may start from. */
export interface OfferedTemplate extends Named {
  text: string;
}

/** Something that she may do next, with what there is to choose from. */
export interface OfferedAction {
  action: JobAction;
  reasons?: OfferedReason[];
  items?: OfferedItem[];
  stages?: Named[];
  /** Those responsible at the address first. */
  providers?: OfferedProvider[];
  templates?: OfferedTemplate[];
}

/** What each act tells of the job. */
const REPORTS: [TemplateAction, Pick<JobReport, 'state' | 'withdrawal'>][] = [
  ['withdrawal', { withdrawal: 'agreed' }],
  ['accept', { state: 'accepted' }],
  ['stage', { state: 'in-progress' }],
  ['resume', { state: 'in-progress' }],
  ['correction', { state: 'waiting' }],
  ['hold', { state: 'held' }],
  ['complete', { state: 'completed' }],
  ['refuse', { state: 'refused' }],
];

/** What a refusal's or a hold's reason explains; the reason of an answer to a withdrawal is one of its refusal. */
const EXPLAINED: Partial<Record<TemplateAction, Pick<JobReport, 'state' | 'withdrawal'>>> = {
  correction: { state: 'waiting' },
  hold: { state: 'held' },
  refuse: { state: 'refused' },
  withdrawal: { withdrawal: 'refused' },
};

type OfferedJob = Pick<
  Placement,
  'provider' | 'state' | 'claimedBy' | 'highestState' | 'withdrawal' | 'desired' | 'stages' | 'superseded'
>;

/** What this officer may do with a job now and nothing else, by the same decisions that refuse. */
export function offeredActions(
  job: OfferedJob,
  caller: Caller,
  language: Language,
  catalogue: Catalogue,
  now: Date,
): OfferedAction[] {
  if (catalogue.provider(job.provider)?.dialect !== 'workbench') return [];
  const isOnHold = job.state === 'waiting' || job.state === 'held';
  const part = partOfJob(job.desired, catalogue);
  const reports = REPORTS.filter(([action, said]) => {
    if (action === 'resume' && !isOnHold) return false;
    if (action === 'stage' && openStages(job, part).length === 0) return false;
    return !reportRefusal(said, job, caller);
  });
  return [
    ...reports.map(([action]) => ({
      action,
      ...(EXPLAINED[action] && { reasons: reasonsFor(EXPLAINED[action], part, language, catalogue, now) }),
      ...(action === 'correction' && { items: itemsOf(job.desired, part, language, catalogue) }),
      ...(action === 'stage' && {
        stages: openStages(job, part).map(({ code, name }) => ({ code, name: name[language] })),
      }),
      templates: catalogue
        .templates(action, job.desired.utility)
        .map(({ code, name, text }) => ({ code, name: name[language], text: text[language] })),
    })),
    ...notOurs(job, caller, language, catalogue, now),
    ...claimActions(job, caller),
  ];
}

/** She gives it back by a hold and names whose it is; what is to be withdrawn, or is another's already, she cannot give. */
function notOurs(
  job: OfferedJob,
  caller: Caller,
  language: Language,
  catalogue: Catalogue,
  now: Date,
): OfferedAction[] {
  if (job.superseded || job.withdrawal === 'asked' || reportRefusal({ state: 'held' }, job, caller))
    return [];
  const providers = otherProviders(job, language, catalogue, now);
  const reasons = catalogue
    .allReasons()
    .filter(({ code, kinds }) => code === 'not-ours' || kinds.includes('rerouted'))
    .map(({ code, name }) => ({ code, name: name[language] }));
  return providers.length > 0 ? [{ action: 'not-ours', providers, reasons }] : [];
}

function otherProviders(
  { provider, desired }: OfferedJob,
  language: Language,
  catalogue: Catalogue,
  now: Date,
): OfferedProvider[] {
  const district = catalogue.district(desired.dossier.address.district);
  return catalogue
    .providers(desired.utility)
    .filter((each) => each.id !== provider && isInForce(each, shanghaiDate(now)))
    .map((each) => ({
      code: each.id,
      name: each.name[language],
      isResponsible: district !== undefined && serves(each, district),
    }))
    .toSorted((one, other) => Number(other.isResponsible) - Number(one.isResponsible));
}

function claimActions(job: OfferedJob, caller: Caller): OfferedAction[] {
  const isLead = caller.role === 'lead-officer';
  const actions: ClaimAction[] = job.claimedBy ? ['release'] : ['claim'];
  return [...actions, ...(isLead ? (['reassign'] as const) : [])]
    .filter((action) => !claimRefusal(action, job, caller))
    .map((action) => ({ action }));
}

const openStages = ({ stages }: Pick<Placement, 'stages'>, part: Part | undefined): Part['stages'] =>
  (part?.stages ?? []).filter(({ code }) => stages.every(({ stage }) => stage !== code));

function reasonsFor(
  explained: Pick<JobReport, 'state' | 'withdrawal'>,
  part: Part | undefined,
  language: Language,
  catalogue: Catalogue,
  now: Date,
): OfferedReason[] {
  const hasHolder = explained.state === 'waiting' || explained.state === 'held';
  return catalogue
    .allReasons()
    .filter(({ code }) => isReasonFor(code, explained, catalogue))
    .map((reason) => ({
      code: reason.code,
      name: reason.name[language],
      ...(reason.legalBasis && { legalBasis: reason.legalBasis[language] }),
      ...(hasHolder && { holder: explained.state === 'waiting' ? ('applicant' as const) : reason.holder }),
      ...(hasHolder &&
        part && { dueDate: defaultHolderDeadline(part, reason, catalogue.calendar, shanghaiDate(now)) }),
    }));
}

/** Materials of the matter and fields of the part. */
function itemsOf(
  { dossier }: JobDesired,
  part: Part | undefined,
  language: Language,
  catalogue: Catalogue,
): OfferedItem[] {
  const matter = catalogue.matter(dossier.matter, shanghaiDate(new Date(dossier.registeredAt)));
  const codes = [...(matter?.materials ?? []), ...(part?.materials ?? []), ...dossier.materials];
  const materials = [...new Set(codes.map(({ code }) => code))];
  return [
    ...materials.map((code) => ({
      kind: 'material' as const,
      code,
      name: nameOfMaterial(code, catalogue)[language],
    })),
    ...(part?.fields ?? []).map(({ code, label }) => ({
      kind: 'field' as const,
      code: `fields.${code}`,
      name: label[language],
    })),
  ];
}
