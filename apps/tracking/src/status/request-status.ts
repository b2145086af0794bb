import { nameOfMaterial, nameOfMatter, PROVISIONAL, shanghaiDate } from '@lianban/catalogue';
import type { OverallStatus } from '@lianban/contracts';
import type { Language } from '@lianban/service-kit';
import type { StatusSnapshot } from '../projection/request-view.js';
import { jobStatus, type RenderContext } from './job-status.js';
import { attentionText, outcomeText, phaseText } from './messages.js';

/** Renders the status of a request: what the applicant reads, and the clerk too. */
export function requestStatus(
  { revision, snapshot }: { revision: number; snapshot: StatusSnapshot },
  context: RenderContext,
) {
  const { catalogue, language } = context;
  const { phase, attention, outcome } = snapshot;
  const registeredOn = shanghaiDate(new Date(snapshot.registeredAt));
  const matter = catalogue.matter(snapshot.matter, registeredOn);
  return {
    receiptNumber: snapshot.receiptNumber,
    revision,
    phase,
    attention,
    ...(outcome && { outcome }),
    text: statusText(snapshot, language),
    matter: { code: snapshot.matter, name: nameOfMatter(snapshot.matter, registeredOn, catalogue)[language] },
    registeredAt: snapshot.registeredAt,
    endedAt: snapshot.endedAt,
    nextDeadline: snapshot.nextDeadline,
    ...(snapshot.nextDeadlineProvisional && { nextDeadlineProvisional: PROVISIONAL[language] }),
    applicant: snapshot.applicantMasked,
    missing: snapshot.pendingMaterials.map((code) => ({
      code,
      name: nameOfMaterial(code, catalogue)[language],
    })),
    parts: snapshot.jobs.map((job) => jobStatus(job, registeredOn, matter, context)),
  };
}

export type RequestStatus = ReturnType<typeof requestStatus>;

export function statusText({ phase, attention, outcome }: OverallStatus, language: Language): string {
  if (outcome) return outcomeText[outcome][language];
  return (attention === 'none' ? phaseText[phase] : attentionText[attention])[language];
}
