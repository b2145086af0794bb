import {
  partOf,
  REASON_KINDS,
  shanghaiDate,
  type Catalogue,
  type Part,
  type ReasonKind,
} from '@lianban/catalogue';
import { DOCUMENT_KINDS, HOLDERS, type Holder, type JobDesired, type JobDocument } from '@lianban/contracts';
import type { Context } from './context.js';
import { isDueDate } from './due-date.js';
import type { FindingKind } from './finding.js';
import type { JobReport, ReportedDocument } from './job-report.js';
import type { Placement } from './placement.js';

/** The utility's part of the matter, as the catalogue had it on the day of registration. */
export function partOfJob({ dossier, utility }: JobDesired, catalogue: Catalogue): Part | undefined {
  const matter = catalogue.matter(dossier.matter, shanghaiDate(new Date(dossier.registeredAt)));
  return matter && partOf(matter, utility);
}

/** Is it a stage of this job? Of a part that the catalogue no longer has, every stage is. */
export const isStage = (part: Part | undefined, stage: string): boolean =>
  !part || part.stages.some(({ code }) => code === stage);

/** May an applicant be asked for it: a material of the catalogue, a field of this part, or what a reason names? */
export function isItem(part: Part | undefined, item: string, catalogue: Catalogue): boolean {
  if (!item.startsWith('fields.'))
    return catalogue.material(item) !== undefined || catalogue.reason(item) !== undefined;
  return !part || part.fields.some(({ code }) => `fields.${code}` === item);
}

/** Does the reason explain this? States that explain themselves may have any. */
export function isReasonFor(reason: string, about: Explained, catalogue: Catalogue): boolean {
  const known = catalogue.reason(reason);
  const kind = reasonKindFor(about);
  return known !== undefined && (kind === undefined || known.kinds.includes(kind));
}

type Explained = Pick<JobReport, 'state' | 'withdrawal'>;

function reasonKindFor({ state, withdrawal }: Explained): ReasonKind | undefined {
  if (withdrawal) return withdrawal === 'refused' ? 'withdrawal-refused' : 'withdrawal';
  return REASON_KINDS.find((kind) => kind === state);
}

export const isHolder = (holder: string): holder is Holder => HOLDERS.some((each) => each === holder);

const LONGEST_URL = 500;
const MOST_DOCUMENTS = 20;

/** Whoever holds the status may open it: a link leads over HTTPS to where the provider's row says that its documents lie. */
const isDocument = (document: ReportedDocument, hosts: readonly string[]): document is JobDocument => {
  const { kind, url } = document;
  if (!DOCUMENT_KINDS.some((each) => each === kind) || url.length > LONGEST_URL || !URL.canParse(url))
    return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === 'https:' && hosts.includes(host) && !username && !password;
};

/** With what is new, of one address once; of too many, the first. */
export function withDocuments(
  known: readonly JobDocument[],
  reported: readonly ReportedDocument[] | undefined,
  hosts: readonly string[],
): JobDocument[] {
  const news = (reported ?? []).filter((each) => isDocument(each, hosts));
  const unknown = news.filter(({ url }) => known.every((each) => each.url !== url));
  return [...known, ...unknown].slice(0, MOST_DOCUMENTS);
}

export const hostsOf = (provider: string, catalogue: Catalogue): readonly string[] =>
  catalogue.provider(provider)?.documentHosts ?? [];

/** A report without the codes and dates that nobody knows, and the findings that they are. */
export function knownPart(
  report: JobReport,
  placement: Placement,
  { catalogue, now }: Context,
): { report: JobReport; findings: FindingKind[] } {
  const part = partOfJob(placement.desired, catalogue);
  const known = { ...report };
  const findings: FindingKind[] = [];
  const leaveOut = (field: keyof JobReport, kind: FindingKind): void => {
    delete known[field];
    findings.push(kind);
  };
  const { stage, reason, holder, correction } = report;
  if (report.unknownState) leaveOut('unknownState', 'unknown-state');
  if (stage && !isStage(part, stage)) leaveOut('stage', 'unknown-stage');
  if (reason && !isReasonFor(reason, report, catalogue)) leaveOut('reason', 'unknown-reason');
  if (holder && !isHolder(holder)) leaveOut('holder', 'unknown-holder');
  const hosts = hostsOf(placement.provider, catalogue);
  if (report.documents?.some((each) => !isDocument(each, hosts))) findings.push('unknown-document');
  if (correction) {
    const items = correction.items.filter((item) => isItem(part, item, catalogue));
    known.correction = { ...correction, items };
    if (items.length < correction.items.length) findings.push('unknown-item');
  }
  const dueDate = correction?.dueDate ?? report.dueDate;
  if (dueDate && dueDate !== placement.holderDeadline && !isDueDate(dueDate, catalogue.calendar, now)) {
    leaveOut('dueDate', 'due-date-out-of-range');
    delete known.correction?.dueDate;
  }
  return { report: known, findings };
}
