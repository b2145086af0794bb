import type { Provider } from '@lianban/catalogue';
import type { JobDossier, JobState, OperationKind } from '@lianban/contracts';
import { Operation, type Verdict } from '../operations/operation.js';
import { ownCodeOf } from '../placements/own-code.js';
import type { Placement } from '../placements/placement.js';
import type { PendingReport, Report } from '../reports/report.js';

/** What is read of an application, a supplement or a cancellation. */
export interface ApplicationBody {
  requestNo: string;
  externalNo: string;
  businessType?: string;
  registeredAt?: string;
  promisedDate?: string;
  cancelReason?: string;
  callback?: string;
  address?: unknown;
  fields?: unknown;
  materials?: unknown[];
  answers?: unknown[];
}

/** The body as an operation of the provider's books. @param known the placement, where it has one: a cancellation repeats nothing */
export function toOperation(
  provider: string,
  kind: OperationKind,
  body: ApplicationBody,
  known?: Placement,
): Operation {
  const { requestNo, externalNo, cancelReason, businessType, registeredAt } = body;
  const { address, fields, materials = [], answers = [] } = body;
  const [requestId, , attempt] = externalNo.split(':') as [string, string, string];
  const dossier = { matter: businessType, registeredAt, address, fields, materials, answers };
  return Object.assign(new Operation(), {
    ...{ operation: requestNo, kind, provider, utility: 'electricity', placement: externalNo, requestId },
    ...{ attempt: Number(attempt), version: (known?.version ?? 0) + 1, reason: cancelReason },
    promisedDate: body.promisedDate ?? known?.promisedDate ?? '',
    callback: body.callback ?? known?.callback ?? '',
    dossier: businessType ? (dossier as unknown as JobDossier) : known?.dossier,
  });
}

export const toAnswer = (verdict: Verdict, provider: Provider): object =>
  verdict.outcome === 'taken'
    ? { code: '0', message: '受理成功', applicationNo: verdict.reference }
    : { code: ownCodeOf(provider, verdict.reason), message: verdict.text };

const STATUSES: Partial<Record<JobState, string>> = {
  accepted: '10',
  'in-progress': '20',
  waiting: '30',
  held: '40',
  completed: '90',
  'partly-completed': '91',
  refused: '92',
  failed: '93',
  cancelled: '94',
};

const STEPS: Record<string, string> = {
  ACCEPT: 'BUSINESS_ACCEPTANCE',
  SURVEY: 'FIELD_SURVEY',
  CONTRACT: 'CONTRACT_SIGN',
  ENERGISE: 'POWER_ON',
  TRANSFER: 'OWNER_CHANGE',
};

/** What the company gives the applicant to read at a step. */
const DOCUMENTS: Record<string, [type: string, name: string, file: string]> = {
  PLAN_REPLY: ['SUPPLY_PLAN', '供电方案答复单', 'plan.pdf'],
  CONTRACT: ['SUPPLY_CONTRACT', '供用电合同', 'contract.pdf'],
};

function documentsAt(stage: string | undefined, reference: string, { documentHosts }: Provider): object {
  const [type, name, file] = DOCUMENTS[stage ?? ''] ?? [];
  if (!type || !documentHosts) return {};
  return { documents: [{ type, name, url: `https://${documentHosts[0]}/${reference}/${file}` }] };
}

/** A report as the company calls us with it. */
export function toProgress(
  { placement }: Placement,
  { id, report }: PendingReport,
  provider: Provider,
): object {
  const { reference, sequence, at, state, stage, reason, text, holder, dueDate, correction } = report;
  return {
    ...{ eventId: id, externalNo: placement, applicationNo: reference, sequence, time: at },
    ...(state && { status: STATUSES[state] }),
    ...(stage && { step: STEPS[stage] ?? stage }),
    ...documentsAt(stage, reference, provider),
    ...(reason && { reasonCode: ownCodeOf(provider, reason), message: text }),
    ...(holder && { holder }),
    ...(dueDate && { dueDate }),
    ...(correction && { supplement: correction }),
    ...(report.withdrawal && { cancellation: report.withdrawal }),
  };
}

export interface ListQuery {
  openOrChangedSince: string;
  after?: string;
}

const PAGE_SIZE = 500;

/** A page of these applications, by our number; each as the call that told its status. */
export function toList(open: readonly Placement[], { after = '' }: ListQuery, provider: Provider): object {
  const listed = open
    .filter(({ placement }) => placement > after)
    .toSorted((one, other) => (one.placement < other.placement ? -1 : 1));
  const page = listed.slice(0, PAGE_SIZE);
  const next = listed.length > PAGE_SIZE && page.at(-1)!.placement;
  return {
    code: '0',
    applications: page.flatMap((placement) =>
      placement.references.map((reference) => ({
        ...toProgress(placement, { id: reference, report: lastReportOf(placement) }, provider),
        applicationNo: reference,
      })),
    ),
    ...(next && { next }),
  };
}

const lastReportOf = ({ placement, sequence, changedAt, standing }: Placement): Report =>
  standing ?? { placement, reference: '', sequence, at: changedAt };
