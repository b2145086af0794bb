import { addWorkingDays, lastDayOf, shanghaiDate, type Calendar } from '@lianban/catalogue';
import {
  openItems,
  type Answer,
  type RequestEvent,
  type Language,
  type Material,
  type Utility,
} from '@lianban/contracts';
import { NotFound, type Problem } from '@lianban/service-kit';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JobStates } from '../job-states/job-states.js';
import { hashOfCode, type QueryCodeVersion } from './query-code.js';
import { mayBeNew } from './correction-id.js';
import {
  AlreadyEnded,
  CorrectionAlreadyAnswered,
  CorrectionNotKnownYet,
  CorrectionNotOpen,
  CorrectionOverdue,
  CorrectionReplaced,
  VersionConflict,
} from './problems.js';
import { contactChanged, dossierChanged } from './request-events.js';
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
  /** Corrections whose time ended with something still open. */
  closedCorrections?: string[];
  /** Why the applicant wants it no more; absent while he does. */
  withdrawnFor?: string;
}

/** A part that waits for an answer, and the items that are still open. */
export interface AwaitedPart {
  part: RequestedPart;
  open: string[];
}

const isClosed = ({ closedCorrections = [] }: RequestedPart, correctionId: string): boolean =>
  closedCorrections.includes(correctionId);

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
  /** Version of the dossier as it was published last; every change makes the next. */
  @Column({ type: 'integer' }) version!: number;
  /** What a clerk must name who amends it: a new query code changes nothing that she has read. */
  @Column({ name: 'dossier_version', type: 'integer' }) dossierVersion!: number;
  @Column({ name: 'contact_version', type: 'integer' }) contactVersion!: number;
  @Column({ name: 'query_code_secret', type: 'integer' }) queryCodeSecret!: number;
  @Column({ name: 'query_code_issue', type: 'integer' }) queryCodeIssue!: number;
  @Column({ name: 'query_code_hash', type: 'text' }) queryCodeHash!: string;

  static register(facts: Registered): ServiceRequest {
    const versions = { version: 1, dossierVersion: 1, contactVersion: 1 };
    return Object.assign(new ServiceRequest(), facts, versions);
  }

  asRegistered(): RequestEvent[] {
    return [dossierChanged(this), contactChanged(this)];
  }

  /** Takes the dossier and the materials as they shall be; utilities and providers stay. */
  amend(dossier: Dossier, materials: ReadonlyMap<Utility, Material[]>): RequestEvent[] {
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
  assertAmendable(version: number, amended: readonly Utility[], jobStates: JobStates): void {
    if (version !== this.dossierVersion) throw new VersionConflict(this.dossierVersion);
    const hasEnded = (utility: Utility) => jobStates.hasEnded(utility);
    if (this.parts.every(({ utility }) => hasEnded(utility)) || amended.some(hasEnded))
      throw new AlreadyEnded();
  }

  /**
   * The part that waits for this correction, and what of it is open on this day (`YYYY-MM-DD`).
   * @throws CorrectionOverdue, CorrectionReplaced, CorrectionAlreadyAnswered, CorrectionNotOpen, AlreadyEnded, CorrectionNotKnownYet, NotFound
   */
  openCorrectionPart(correctionId: string, jobStates: JobStates, now: Date, calendar: Calendar): AwaitedPart {
    const job = jobStates.awaiting(correctionId);
    const part = this.parts.find(({ utility }) => utility === job?.utility);
    if (!job || !part) throw this.whyNotAwaited(correctionId, jobStates, now);
    if (jobStates.hasEnded(job.utility)) throw new AlreadyEnded();
    const correction = job.correction!;
    if (isClosed(part, correctionId) || shanghaiDate(now) > lastDayOf(calendar, correction.dueDate))
      throw new CorrectionOverdue();
    const open = openItems(correction, part.answers);
    if (open.length === 0) throw new CorrectionAlreadyAnswered();
    return { part, open };
  }

  private whyNotAwaited(correctionId: string, jobStates: JobStates, now: Date): Problem {
    const successor = jobStates.successorOf(correctionId);
    if (this.parts.some((part) => isClosed(part, correctionId))) return new CorrectionOverdue();
    if (successor) return new CorrectionReplaced(successor);
    if (this.parts.some(({ answers }) => answers.some((answer) => answer.correctionId === correctionId)))
      return new CorrectionAlreadyAnswered();
    if (jobStates.wasAsked(correctionId)) return new CorrectionNotOpen();
    return mayBeNew(correctionId, this.registeredAt, now) ? new CorrectionNotKnownYet() : new NotFound();
  }

  answer(part: RequestedPart, answer: Answer): RequestEvent[] {
    part.answers = [...part.answers, answer];
    return this.changed();
  }

  /**
   * Closes the corrections whose time is over, a working day past their last day, with something still open: from then on no
   * answer is taken. Nothing is said where there is none.
   */
  closeOverdue(jobStates: JobStates, today: string, calendar: Calendar): RequestEvent[] {
    const overdue = this.parts.flatMap((part) => {
      const { correction } = jobStates.of(part.utility) ?? {};
      if (!correction || jobStates.hasEnded(part.utility) || isClosed(part, correction.id)) return [];
      const closesOn = addWorkingDays(calendar, lastDayOf(calendar, correction.dueDate), 1);
      const isOpen = openItems(correction, part.answers).length > 0;
      return isOpen && today >= closesOn ? [{ part, id: correction.id }] : [];
    });
    for (const { part, id } of overdue) part.closedCorrections = [...(part.closedCorrections ?? []), id];
    return overdue.length > 0 ? this.changed() : [];
  }

  /**
   * Withdraws these parts, or all that still run. Nothing is said where all of them were withdrawn before.
   * @throws AlreadyEnded where a named part has ended, or every part
   */
  withdraw(utilities: readonly Utility[] | undefined, reason: string, jobStates: JobStates): RequestEvent[] {
    const running = this.parts.filter(({ utility }) => !jobStates.hasEnded(utility));
    const wanted = utilities ?? running.map(({ utility }) => utility);
    if (wanted.length === 0 || wanted.some((utility) => jobStates.hasEnded(utility)))
      throw new AlreadyEnded();
    const fresh = running.filter(({ utility, withdrawnFor }) => wanted.includes(utility) && !withdrawnFor);
    for (const part of fresh) part.withdrawnFor = reason;
    return fresh.length > 0 ? this.changed() : [];
  }

  /** Puts another query code in the place of the one before. */
  reissue({ secret, issue }: QueryCodeVersion, code: string): RequestEvent[] {
    this.queryCodeSecret = secret;
    this.queryCodeIssue = issue;
    this.queryCodeHash = hashOfCode(code);
    this.version += 1;
    return [dossierChanged(this)];
  }

  private changed(): RequestEvent[] {
    this.version += 1;
    this.dossierVersion += 1;
    return [dossierChanged(this)];
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
