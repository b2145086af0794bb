import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfItem, partOf, shanghaiDate, type Field, type Text } from '@lianban/catalogue';
import { openItems, type Answer, type Material } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import { messageFor, readForm, type Caller } from '@lianban/service-kit';
import { JobStates } from '../job-states/job-states.js';
import { ValidationErrors } from '../validation/validation-errors.js';
import { wrong } from '../validation/messages.js';
import { toChangeAccepted, type ChangeAccepted } from './change-accepted.js';
import { checkFields, optional } from './check-fields.js';
import { lockRequest, storeRequest } from './lock-request.js';
import { AnswerForm, type MaterialForm } from './requests.forms.js';
import type { RequestedPart, ServiceRequest } from './service-request.entity.js';

/** What came of an answer. */
export interface AnsweredCorrection extends ChangeAccepted {
  /** Items of the correction that are still open. */
  open: string[];
}

interface Asked {
  correctionId: string;
  /** Fields of the part that waits. */
  fields: readonly Field[];
  open: readonly string[];
}

/** Takes what the applicant supplied when he was asked for a correction, whole or in parts until its due date. */
@Injectable()
export class AnswerCorrection {
  constructor(
    private readonly transaction: Transaction,
    private readonly catalogue: Catalogue,
  ) {}

  /**
   * @throws NotFound, CorrectionAlreadyAnswered, CorrectionReplaced, CorrectionNotOpen, CorrectionNotKnownYet,
   * CorrectionOverdue, AlreadyEnded, InvalidForm
   */
  execute(
    caller: Caller,
    receiptNumber: string,
    correctionId: string,
    body: unknown,
  ): Promise<AnsweredCorrection> {
    return this.transaction.run(async ({ manager, publish, now }) => {
      const request = await lockRequest(manager, receiptNumber, caller);
      const jobStates = await JobStates.of(manager, request.id);
      const { part, open } = request.openCorrectionPart(
        correctionId,
        jobStates,
        now,
        this.catalogue.calendar,
      );
      const asked = { correctionId, open, fields: this.fieldsOf(request, part) };
      const answer = { ...this.read(body, asked), answeredAt: now.toISOString() };
      publish(request.answer(part, answer));
      await storeRequest(manager, request);
      return { ...toChangeAccepted(request), open: openItems({ id: correctionId, items: open }, [answer]) };
    });
  }

  private fieldsOf({ dossier, registeredAt }: ServiceRequest, { utility }: RequestedPart): readonly Field[] {
    return partOf(this.catalogue.matter(dossier.matter, shanghaiDate(registeredAt))!, utility)!.fields;
  }

  private read(body: unknown, asked: Asked): Omit<Answer, 'answeredAt'> {
    const { form, errors } = readForm(AnswerForm, body);
    const complaints = new ValidationErrors(errors);
    if (complaints.isValid('/fields'))
      checkFields(form.fields, optional(asked.fields), '/fields', complaints);
    if (complaints.isValid('/materials'))
      form.materials.forEach((material, index) => this.check(material, `/materials/${index}`, complaints));
    if (complaints.isValid('/confirmed'))
      form.confirmed.forEach((item, index) => {
        if (!this.isConfirmable(item, asked)) complaints.add(`/confirmed/${index}`, wrong.notToConfirm());
      });
    complaints.throwIfAny();
    const answer = answerIn(form, asked.correctionId);
    if (openItems({ id: asked.correctionId, items: [...asked.open] }, [answer]).length === asked.open.length)
      complaints.add('', wrong.nothingAsked(this.namesOf(asked)));
    complaints.throwIfAny();
    return answer;
  }

  /** Is it asked for, and nothing that could be supplied? */
  private isConfirmable(item: string, { open, fields }: Asked): boolean {
    const isField = fields.some(({ code }) => item === code || item === `fields.${code}`);
    return open.includes(item) && !isField && !this.catalogue.material(item);
  }

  private namesOf({ open }: Asked): Text {
    const names = open.map((item) => nameOfItem(item, this.catalogue));
    return {
      'zh-CN': names.map((name) => name['zh-CN']).join('、'),
      en: names.map(({ en }) => en).join(', '),
    };
  }

  private check({ code, by, utility }: MaterialForm, pointer: string, complaints: ValidationErrors): void {
    if (!this.catalogue.material(code)) complaints.add(`${pointer}/code`, wrong.needlessMaterial());
    if (by === 'deferred') complaints.add(`${pointer}/by`, wrong.notDeferrable());
    if (utility) complaints.add(`${pointer}/utility`, messageFor('whitelistValidation'));
  }
}

/** A field that is null was not given. */
const answerIn = ({ fields, materials, confirmed }: AnswerForm, correctionId: string) => ({
  correctionId,
  fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
  materials: materials.map(plain),
  ...(confirmed.length > 0 && { confirmed }),
});

const plain = ({ code, by, proof }: MaterialForm): Material => ({ code, by, ...(proof && { proof }) });
