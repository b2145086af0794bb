import { nameOfMaterial, nameOfMatter, PROVISIONAL, shanghaiDate } from '@lianban/catalogue';
import type { OverallStatus } from '@lianban/contracts';
import type { Language } from '@lianban/service-kit';
import { jobStatus, type Reading } from './job-status.js';
import { overallOf } from './overall.js';
import { attentionText, outcomeText, phaseText } from './sentences.js';
import { jobsOf, type Tracked } from './tracked.js';

/**
 * Writes the status of a request: what the applicant reads, and the clerk too. A pure function of the snapshots, so that
 * the order in which they came cannot show.
 */
export function requestStatus({ revision, snapshots }: Tracked, reading: Reading) {
  const { request, decision } = snapshots;
  const { catalogue, language } = reading;
  const registeredOn = shanghaiDate(new Date(request.registeredAt));
  const matter = catalogue.matter(request.matter, registeredOn);
  const overall = overallOf(snapshots);
  return {
    receiptNumber: request.receiptNumber,
    revision,
    ...overall,
    text: sentenceOf(overall, language),
    matter: { code: request.matter, name: nameOfMatter(request.matter, registeredOn, catalogue)[language] },
    registeredAt: request.registeredAt,
    endedAt: decision?.endedAt,
    nextDueDate: decision?.nextDueDate,
    ...(decision?.nextDueDateProvisional && { nextDueDateProvisional: PROVISIONAL[language] }),
    applicant: request.applicantMasked,
    missing: request.missing.map((code) => ({
      code,
      name: nameOfMaterial(code, catalogue)[language],
    })),
    parts: jobsOf(snapshots).map((job) => jobStatus(job, request, matter, reading)),
  };
}

export type RequestStatus = ReturnType<typeof requestStatus>;

export function sentenceOf({ phase, attention, outcome }: OverallStatus, language: Language): string {
  if (outcome) return outcomeText[outcome][language];
  return (attention === 'none' ? phaseText[phase] : attentionText[attention])[language];
}
