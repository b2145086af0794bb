import { addWorkingDays, lastDayOf, shanghaiDate, type Calendar } from '@lianban/catalogue';
import {
  hashOfCode,
  openItems,
  type Answer,
  type RequestEvent,
  type Language,
  type Material,
  type QueryCodeVersion,
  type Utility,
} from '@lianban/contracts';
import { Columns, NotFound, type Problem } from '@lianban/service-kit';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JobStates } from '../job-states/job-states.js';

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
import { toContactChanged, toDossierChanged } from './request-events.js';
import type { RegisterRequestForm } from './requests.forms.js';

/** The registration form as it is stored. */
export type Dossier = Omit<RegisterRequestForm, 'parts'> & {
  language: Language;
  parts: Partial<Record<Utility, { fields: Record<string, unknown> }>>;
};

/** One utility's part of a request. */
export interface RequestedPart {
  utility: Utility;
  provider: string;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  promisedDate: string;
  materials: Material[];
  answers: Answer[];
  /** Corrections that ended with items still open. */
  closedCorrections?: string[];
  /** Why the applicant withdrew it; absent if he did not. */
  cancelReason?: string;
}

/** A part that waits for an answer, and the items still open. */
export interface AwaitedPart {
  part: RequestedPart;
  open: string[];
}

const isClosed = ({ closedCorrections = [] }: RequestedPart, correctionId: string): boolean =>
  closedCorrections.includes(correctionId);

/** What the counter registers. Its methods check, change, and answer the events to publish. */
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
  /** Version of the last published dossier; every change increments it. */
  @Column({ type: 'integer' }) version!: number;
  /** The version that an amendment must name; a new query code does not change it. */
  @Column({ name: 'dossier_version', type: 'integer' }) dossierVersion!: number;
  @Column({ name: 'contact_version', type: 'integer' }) contactVersion!: number;
  @Column({ name: 'query_code_secret', type: 'integer' }) queryCodeSecret!: number;
  @Column({ name: 'query_code_issue', type: 'integer' }) queryCodeIssue!: number;
  @Column({ name: 'query_code_hash', type: 'text' }) queryCodeHash!: string;
  /** The database's own day of the last change; never read. */
  @Column({ name: 'changed_on', type: 'date', select: false }) changedOn?: string;

  static register(facts: RegistrationFacts): ServiceRequest {
    const versions = { version: 1, dossierVersion: 1, contactVersion: 1 };
    return Object.assign(new ServiceRequest(), facts, versions);
  }

  asRegistered(): RequestEvent[] {
    return [toDossierChanged(this), toContactChanged(this)];
  }

  /** Replaces dossier and materials; utilities and providers stay. */
  amend(dossier: Dossier, materials: ReadonlyMap<Utility, Material[]>): RequestEvent[] {
    const isNewContact = dossier.applicant.phone !== this.dossier.applicant.phone;
    this.dossier = dossier;
    this.parts = this.parts.map((part) => ({
      ...part,
      materials: materials.get(part.utility) ?? part.materials,
    }));
    if (isNewContact) this.contactVersion += 1;
    return [...this.changed(), ...(isNewContact ? [toContactChanged(this)] : [])];
  }

  /** @throws VersionConflict, AlreadyEnded */
  assertAmendable(version: number, amended: readonly Utility[], jobStates: JobStates): void {
    if (version !== this.dossierVersion) throw new VersionConflict(this.dossierVersion);
    const hasEnded = (utility: Utility) => jobStates.hasEnded(utility);
    if (this.parts.every(({ utility }) => hasEnded(utility)) || amended.some(hasEnded))
      throw new AlreadyEnded();
  }

  /**
   * The part that waits for this correction, and its open items.
   * @throws CorrectionOverdue, CorrectionReplaced, CorrectionAlreadyAnswered, CorrectionNotOpen, AlreadyEnded, CorrectionNotKnownYet, NotFound
   */
  openCorrectionPart(correctionId: string, jobStates: JobStates, now: Date, calendar: Calendar): AwaitedPart {
    const job = jobStates.findAwaiting(correctionId);
    const part = this.parts.find(({ utility }) => utility === job?.utility);
    if (!job || !part) throw this.whyNotAwaited(correctionId, jobStates, now);
    if (jobStates.hasEnded(job.utility)) throw new AlreadyEnded();
    const correction = job.correction!;
    if (isClosed(part, correctionId) || shanghaiDate(now) > lastDayOf(calendar, correction.deadline))
      throw new CorrectionOverdue();
    const open = openItems(correction, part.answers);
    if (open.length === 0) throw new CorrectionAlreadyAnswered();
    return { part, open };
  }

  private whyNotAwaited(correctionId: string, jobStates: JobStates, now: Date): Problem {
    const successor = jobStates.findSuccessor(correctionId);
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
   * Closes corrections a working day after their last day if items are still open; answers are refused from then on.
   */
  closeOverdue(jobStates: JobStates, today: string, calendar: Calendar): RequestEvent[] {
    const overdue = this.parts.flatMap((part) => {
      const { correction } = jobStates.find(part.utility) ?? {};
      if (!correction || jobStates.hasEnded(part.utility) || isClosed(part, correction.id)) return [];
      const closesOn = addWorkingDays(calendar, lastDayOf(calendar, correction.deadline), 1);
      const isOpen = openItems(correction, part.answers).length > 0;
      return isOpen && today >= closesOn ? [{ part, id: correction.id }] : [];
    });
    for (const { part, id } of overdue) part.closedCorrections = [...(part.closedCorrections ?? []), id];
    return overdue.length > 0 ? this.changed() : [];
  }

  /**
   * Withdraws these parts, or all that still run. Answers no events if all were withdrawn before.
   * @throws AlreadyEnded if a named part has ended, or every part
   */
  withdraw(utilities: readonly Utility[] | undefined, reason: string, jobStates: JobStates): RequestEvent[] {
    const running = this.parts.filter(({ utility }) => !jobStates.hasEnded(utility));
    const wanted = utilities ?? running.map(({ utility }) => utility);
    if (wanted.length === 0 || wanted.some((utility) => jobStates.hasEnded(utility)))
      throw new AlreadyEnded();
    const fresh = running.filter(({ utility, cancelReason }) => wanted.includes(utility) && !cancelReason);
    for (const part of fresh) part.cancelReason = reason;
    return fresh.length > 0 ? this.changed() : [];
  }

  /** Replaces the query code. */
  reissue({ secret, issue }: QueryCodeVersion, code: string): RequestEvent[] {
    this.queryCodeSecret = secret;
    this.queryCodeIssue = issue;
    this.queryCodeHash = hashOfCode(code);
    this.version += 1;
    return [toDossierChanged(this)];
  }

  /** Has the present query code sent to the applicant; what it opens does not change. */
  askForCode(now: Date): RequestEvent[] {
    this.contactVersion += 1;
    const { queryCodeSecret: secret, queryCodeIssue: issue } = this;
    return [toContactChanged(this, { secret, issue, askedAt: now.toISOString() })];
  }

  private changed(): RequestEvent[] {
    this.version += 1;
    this.dossierVersion += 1;
    return [toDossierChanged(this)];
  }
}

/** What a registration decides; versions start at 1. */
export type RegistrationFacts = Omit<
  {
    [
      K in keyof ServiceRequest as ServiceRequest[K] extends (...args: never[]) => unknown ? never : K
    ]: ServiceRequest[K];
  },
  'version' | 'dossierVersion' | 'contactVersion' | 'changedOn'
>;

/** The columns of the batched insert. */
export const SERVICE_REQUEST = new Columns<
  Record<keyof RegistrationFacts | 'version' | 'dossierVersion' | 'contactVersion', unknown>
>({
  id: 'uuid',
  receiptNumber: 'text',
  hall: 'text',
  registeredBy: 'text',
  registeredAt: 'timestamptz',
  catalogueVersion: 'text',
  dossier: 'json',
  parts: 'json',
  version: 'integer',
  dossierVersion: 'integer',
  contactVersion: 'integer',
  queryCodeSecret: 'integer',
  queryCodeIssue: 'integer',
  queryCodeHash: 'text',
});
