import { nameOfMaterial, nameOfMatter, PROVISIONAL, shanghaiDate, type Catalogue } from '@lianban/catalogue';
import type { OverallStatus } from '@lianban/contracts';
import type { StatusSnapshot } from '../projection/status-snapshot.js';
import { jobStatus, type RenderContext } from './job-status.js';
import { attentionText, outcomeText, phaseText, type Audience } from './messages.js';

/** Renders the status of a request for applicants and clerks. */
export function requestStatus(
  { revision, snapshot }: { revision: number; snapshot: StatusSnapshot },
  context: RenderContext,
) {
  const { catalogue, language } = context;
  const registeredOn = shanghaiDate(new Date(snapshot.registeredAt));
  const matter = catalogue.matter(snapshot.matter, registeredOn);
  return {
    revision,
    ...statusHead(snapshot, context, catalogue),
    endedAt: snapshot.endedAt,
    missing: snapshot.pendingMaterials.map((code) => ({
      code,
      name: nameOfMaterial(code, catalogue)[language],
    })),
    parts: snapshot.jobs.map((job) => jobStatus(job, registeredOn, matter, context)),
  };
}

/** What the applicant's status and the clerk's list have in common. */
export function statusHead(snapshot: StatusSnapshot, audience: Audience, catalogue: Catalogue) {
  const { language } = audience;
  const { phase, attention, outcome, receiptNumber, registeredAt, nextDeadline } = snapshot;
  const registeredOn = shanghaiDate(new Date(registeredAt));
  return {
    receiptNumber,
    phase,
    attention,
    ...(outcome && { outcome }),
    text: statusText(snapshot, audience),
    matter: { code: snapshot.matter, name: nameOfMatter(snapshot.matter, registeredOn, catalogue)[language] },
    applicant: snapshot.applicantMasked,
    registeredAt,
    nextDeadline,
    ...(snapshot.nextDeadlineProvisional && { nextDeadlineProvisional: PROVISIONAL[language] }),
  };
}

export type RequestStatus = ReturnType<typeof requestStatus>;

function statusText({ phase, attention, outcome }: OverallStatus, { reader, language }: Audience): string {
  if (outcome) return outcomeText[outcome][language];
  return (attention === 'none' ? phaseText[phase] : attentionText[reader][attention])[language];
}
