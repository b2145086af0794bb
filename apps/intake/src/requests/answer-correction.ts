import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfItem, type Field, type Text } from '@lianban/catalogue';
import { openItems, type Answer, type Material } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import { messageFor, readForm } from '@lianban/service-kit';
import { JobStates } from '../job-states/job-states.js';
import { ValidationErrors } from '../validation/validation-errors.js';
import { fieldErrors } from '../validation/messages.js';
import { fieldsOfPart, findAskedField } from './asked-fields.js';
import { toChangeAccepted, type ChangeAccepted } from './change-accepted.js';
import { checkFields, allOptional } from './check-fields.js';
import { lockRequest, storeRequest } from './lock-request.js';
import type { RequestReference } from './request-identity.js';
import { AnswerForm, type MaterialForm } from './requests.forms.js';

/** The result of an answer. */
export interface AnsweredCorrection extends ChangeAccepted {
  /** Items of the correction that are still open. */
  open: string[];
}

/** Who answers: paper is handed in at the counter, so an applicant cannot supply it from elsewhere. */
export type AnsweredBy = 'clerk' | 'applicant';

interface CorrectionContext {
  answeredBy: AnsweredBy;
  correctionId: string;
  /** Fields of the waiting part. */
  fields: readonly Field[];
  open: readonly string[];
}

/** Accepts what the applicant supplied for a correction, whole or in parts, until its deadline. */
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
    reference: RequestReference,
    correctionId: string,
    body: unknown,
    answeredBy: AnsweredBy = 'clerk',
  ): Promise<AnsweredCorrection> {
    return this.transaction.run(async ({ manager, publish, now }) => {
      const request = await lockRequest(manager, reference);
      const jobStates = await JobStates.load(manager, request.id);
      const { part, open } = request.openCorrectionPart(
        correctionId,
        jobStates,
        now,
        this.catalogue.calendar,
      );
      const asked = { answeredBy, correctionId, open, fields: fieldsOfPart(request, part, this.catalogue) };
      const answer = { ...this.read(body, asked), answeredAt: now.toISOString() };
      publish(request.answer(part, answer));
      await storeRequest(manager, request);
      return { ...toChangeAccepted(request), open: openItems({ id: correctionId, items: open }, [answer]) };
    });
  }

  private read(body: unknown, asked: CorrectionContext): Omit<Answer, 'answeredAt'> {
    const { form, errors } = readForm(AnswerForm, body);
    const validation = new ValidationErrors(errors);
    if (validation.isValid('/fields'))
      checkFields(form.fields, allOptional(asked.fields), '/fields', validation);
    if (validation.isValid('/materials'))
      form.materials.forEach((material, index) =>
        this.checkMaterial(material, `/materials/${index}`, asked, validation),
      );
    if (validation.isValid('/confirmed'))
      form.confirmed.forEach((item, index) => {
        if (!this.isConfirmable(item, asked))
          validation.add(`/confirmed/${index}`, fieldErrors.notConfirmable());
      });
    validation.throwIfAny();
    const answer = toAnswer(form, asked.correctionId);
    if (openItems({ id: asked.correctionId, items: [...asked.open] }, [answer]).length === asked.open.length)
      validation.add('', fieldErrors.nothingSupplied(this.namesOf(asked)));
    validation.throwIfAny();
    return answer;
  }

  /** Is it asked for, and neither a material nor a field? */
  private isConfirmable(item: string, { open, fields }: CorrectionContext): boolean {
    return open.includes(item) && !findAskedField(item, fields) && !this.catalogue.material(item);
  }

  private namesOf({ open }: CorrectionContext): Text {
    const names = open.map((item) => nameOfItem(item, this.catalogue));
    return {
      'zh-CN': names.map((name) => name['zh-CN']).join('、'),
      en: names.map(({ en }) => en).join(', '),
    };
  }

  private checkMaterial(
    { code, method, utility, proof }: MaterialForm,
    pointer: string,
    { answeredBy }: CorrectionContext,
    validation: ValidationErrors,
  ): void {
    if (!this.catalogue.material(code)) validation.add(`${pointer}/code`, fieldErrors.unneededMaterial());
    if (method === 'deferred') validation.add(`${pointer}/method`, fieldErrors.notDeferrable());
    else if (answeredBy === 'applicant' && method !== 'e-licence')
      validation.add(`${pointer}/method`, fieldErrors.handedInAtCounter());
    else if (answeredBy === 'applicant' && !proof)
      validation.add(`${pointer}/proof`, messageFor('isDefined'));
    if (utility) validation.add(`${pointer}/utility`, messageFor('whitelistValidation'));
  }
}

/** A field with null counts as absent. */
const toAnswer = ({ fields, materials, confirmed }: AnswerForm, correctionId: string) => ({
  correctionId,
  fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
  materials: materials.map(toMaterial),
  ...(confirmed.length > 0 && { confirmed }),
});

const toMaterial = ({ code, method, proof }: MaterialForm): Material => ({
  code,
  method,
  ...(proof && { proof }),
});
