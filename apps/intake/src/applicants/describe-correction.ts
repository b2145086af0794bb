import { Injectable } from '@nestjs/common';
import { Catalogue, nameOfItem, type Field } from '@lianban/catalogue';
import { Clock, type Language } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { NotFound } from '@lianban/service-kit';
import { fieldsOfPart, findAskedField } from '../requests/asked-fields.js';
import { JobStates } from '../job-states/job-states.js';
import type { RequestReference } from '../requests/request-identity.js';
import { ServiceRequest } from '../requests/service-request.entity.js';

/** A field that a correction asks for, as a form shows it. */
export interface FieldToAnswer {
  code: string;
  type: Field['type'];
  unit?: string;
  min?: number;
  max?: number;
  choices?: { code: string; label: string }[];
}

/** One thing that is still open. */
export interface ItemToAnswer {
  code: string;
  name: string;
  /** A `material` is brought to the counter or had as an e-licence, a `confirmation` is done and said so. */
  kind: 'material' | 'field' | 'confirmation';
  field?: FieldToAnswer;
}

/** What a correction still asks for. */
export interface CorrectionToAnswer {
  id: string;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  deadline: string;
  items: ItemToAnswer[];
}

/** Describes what a correction still asks for, in the reader's language. */
@Injectable()
export class DescribeCorrection {
  constructor(
    private readonly dataSource: DataSource,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws NotFound, CorrectionAlreadyAnswered, CorrectionReplaced, CorrectionNotOpen, CorrectionNotKnownYet, CorrectionOverdue,
   * AlreadyEnded
   */
  async execute(
    { receiptNumber, hall }: RequestReference,
    correctionId: string,
    language: Language,
  ): Promise<CorrectionToAnswer> {
    const { manager } = this.dataSource;
    const request = await manager.findOneBy(ServiceRequest, { receiptNumber, hall });
    if (!request) throw new NotFound();
    const jobStates = await JobStates.load(manager, request.id);
    const { catalogue } = this;
    const { part, open } = request.openCorrectionPart(
      correctionId,
      jobStates,
      this.clock.now(),
      catalogue.calendar,
    );
    const fields = fieldsOfPart(request, part, catalogue);
    return {
      id: correctionId,
      deadline: jobStates.findAwaiting(correctionId)!.correction!.deadline,
      items: open.map((code) => this.toItem(code, fields, language)),
    };
  }

  private toItem(code: string, fields: readonly Field[], language: Language): ItemToAnswer {
    const item = { code, name: nameOfItem(code, this.catalogue)[language] };
    const field = findAskedField(code, fields);
    if (field) return { ...item, kind: 'field', field: toFieldToAnswer(field, language) };
    return { ...item, kind: this.catalogue.material(code) ? 'material' : 'confirmation' };
  }
}

const toFieldToAnswer = (
  { code, type, unit, min, max, choices }: Field,
  language: Language,
): FieldToAnswer => ({
  code,
  type,
  ...(unit && { unit }),
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
  ...(choices && {
    choices: choices.map((choice) => ({ code: choice.code, label: choice.label[language] })),
  }),
});
