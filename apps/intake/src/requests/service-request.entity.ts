import { shanghaiDate } from '@lianban/catalogue';
import type { Answer, Keyed, Language, Material, Utility } from '@lianban/contracts';
import { NoSuchThing } from '@lianban/service-kit';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NotedJobs } from '../decisions/noted-jobs.js';
import { hashOfCode, type CodeOrigin } from './query-code.js';
import { AlreadyEnded, CorrectionAlreadyAnswered, CorrectionOverdue, VersionConflict } from './refusals.js';
import { contactChanged, dossierChanged, requestChanged } from './request-events.js';
import type { RegisterRequestForm } from './requests.forms.js';

/** Everything the applicant said, as the form has it. */
export type Dossier = Omit<RegisterRequestForm, 'parts'> & {
  language: Language;
  parts: Partial<Record<Utility, { fields: Record<string, unknown> }>>;
};

/** One utility's part: who does it, and what came after the registration. */
export interface RequestedPart {
  utility: Utility;
  provider: string;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  promisedDate: string;
  materials: Material[];
  answers: Answer[];
  /** Why the applicant wants it no more; absent while he does. */
  withdrawnFor?: string;
}

/** What the counter registers; one receipt. Its verbs check, change and answer what is to be said. */
@Entity('service_request')
export class ServiceRequest {
  @PrimaryColumn('uuid') id!: string;
  @Column({ name: 'receipt_number', type: 'text' }) receiptNumber!: string;
  @Column({ type: 'text' }) hall!: string;
  @Column({ name: 'registered_by', type: 'text' }) registeredBy!: string;
  @Column({ name: 'registered_at', type: 'timestamptz' }) registeredAt!: Date;
  @Column({ name: 'catalogue_version', type: 'text' }) catalogueVersion!: string;
  @Column({ type: 'jsonb' }) dossier!: Dossier;
  @Column({ type: 'jsonb' }) parts!: RequestedPart[];
  @Column({ name: 'dossier_version', type: 'integer' }) dossierVersion!: number;
  @Column({ name: 'contact_version', type: 'integer' }) contactVersion!: number;
  @Column({ name: 'request_version', type: 'integer' }) requestVersion!: number;
  @Column({ name: 'query_code_secret', type: 'integer' }) queryCodeSecret!: number;
  @Column({ name: 'query_code_issue', type: 'integer' }) queryCodeIssue!: number;
  @Column({ name: 'query_code_hash', type: 'text' }) queryCodeHash!: string;

  static register(facts: Registered): ServiceRequest {
    const versions = { dossierVersion: 1, contactVersion: 1, requestVersion: 1 };
    return Object.assign(new ServiceRequest(), facts, versions);
  }

  asRegistered(): Keyed[] {
    return [dossierChanged(this), contactChanged(this), requestChanged(this)];
  }

  /** Takes the dossier and the materials as they shall be; utilities and providers stay. */
  amend(dossier: Dossier, materials: ReadonlyMap<Utility, Material[]>): Keyed[] {
    const isNewContact = dossier.applicant.phone !== this.dossier.applicant.phone;
    this.dossier = dossier;
    this.parts = this.parts.map((part) => ({
      ...part,
      materials: materials.get(part.utility) ?? part.materials,
    }));
    if (isNewContact) this.contactVersion += 1;
    return [...this.changed(), ...(isNewContact ? [contactChanged(this)] : [])];
  }

  /** May these parts be amended by one who read this version? @throws VersionConflict, AlreadyEnded */
  refuseAmending(version: number, amended: readonly Utility[], noted: NotedJobs): void {
    if (version !== this.dossierVersion) throw new VersionConflict(this.dossierVersion);
    const hasEnded = (utility: Utility) => noted.hasEnded(utility);
    if (this.parts.every(({ utility }) => hasEnded(utility)) || amended.some(hasEnded))
      throw new AlreadyEnded();
  }

  /** The part that waits for this correction. @throws NoSuchThing, CorrectionAlreadyAnswered, AlreadyEnded, CorrectionOverdue */
  awaiting(correctionId: string, noted: NotedJobs, now: Date): RequestedPart {
    if (this.parts.some((part) => part.answers.some((answer) => answer.correctionId === correctionId)))
      throw new CorrectionAlreadyAnswered();
    const job = noted.awaiting(correctionId);
    const part = this.parts.find(({ utility }) => utility === job?.utility);
    if (!job || !part) throw new NoSuchThing();
    if (noted.hasEnded(job.utility)) throw new AlreadyEnded();
    if (shanghaiDate(now) > job.correction!.dueDate) throw new CorrectionOverdue();
    return part;
  }

  answer(part: RequestedPart, answer: Answer): Keyed[] {
    part.answers = [...part.answers, answer];
    return this.changed();
  }

  /**
   * Withdraws these parts, or all that still run. Nothing is said where all of them were withdrawn before.
   * @throws AlreadyEnded where a named part has ended, or every part
   */
  withdraw(utilities: readonly Utility[] | undefined, reason: string, noted: NotedJobs): Keyed[] {
    const running = this.parts.filter(({ utility }) => !noted.hasEnded(utility));
    const wanted = utilities ?? running.map(({ utility }) => utility);
    if (wanted.length === 0 || wanted.some((utility) => noted.hasEnded(utility))) throw new AlreadyEnded();
    const fresh = running.filter(({ utility, withdrawnFor }) => wanted.includes(utility) && !withdrawnFor);
    for (const part of fresh) part.withdrawnFor = reason;
    return fresh.length > 0 ? this.changed() : [];
  }

  /** Puts another query code in the place of the one before. */
  reissue({ secret, issue }: CodeOrigin, code: string): Keyed[] {
    this.queryCodeSecret = secret;
    this.queryCodeIssue = issue;
    this.queryCodeHash = hashOfCode(code);
    this.requestVersion += 1;
    return [requestChanged(this)];
  }

  private changed(): Keyed[] {
    this.dossierVersion += 1;
    this.requestVersion += 1;
    return [dossierChanged(this), requestChanged(this)];
  }
}

export type Registered = Pick<
  ServiceRequest,
  | 'id'
  | 'receiptNumber'
  | 'hall'
  | 'registeredBy'
  | 'registeredAt'
  | 'catalogueVersion'
  | 'dossier'
  | 'parts'
  | 'queryCodeSecret'
  | 'queryCodeIssue'
  | 'queryCodeHash'
>;
