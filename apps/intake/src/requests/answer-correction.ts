import { Injectable } from '@nestjs/common';
import { Catalogue, partOf, shanghaiDate } from '@lianban/catalogue';
import type { Material } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import { complaintAbout, readForm, type Caller } from '@lianban/service-kit';
import { NotedJobs } from '../decisions/noted-jobs.js';
import { Complaints } from '../forms/complaints.js';
import { wrong } from '../forms/sentences.js';
import { askedFor, type AskedFor } from './asked-for.js';
import { checkFields, optional } from './check-fields.js';
import { lockRequest, storeRequest } from './lock-request.js';
import { AnswerForm, type MaterialForm } from './requests.forms.js';
import type { RequestedPart, ServiceRequest } from './service-request.entity.js';

/** Takes what the applicant supplied when he was asked for a correction; each is answered once. */
@Injectable()
export class AnswerCorrection {
  constructor(
    private readonly transaction: Transaction,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws NoSuchThing, CorrectionAlreadyAnswered, CorrectionOverdue, AlreadyEnded, InvalidForm */
  execute(caller: Caller, receiptNumber: string, correctionId: string, body: unknown): Promise<AskedFor> {
    return this.transaction.run(async ({ manager, publish, now }) => {
      const request = await lockRequest(manager, receiptNumber, caller);
      const noted = await NotedJobs.of(manager, request.id);
      const part = request.awaiting(correctionId, noted, now);
      const { fields, materials } = this.read(body, request, part);
      const answer = { correctionId, fields, materials: materials.map(plain), answeredAt: now.toISOString() };
      publish(request.answer(part, answer));
      await storeRequest(manager, request);
      return askedFor(request);
    });
  }

  private read(body: unknown, request: ServiceRequest, { utility }: RequestedPart): AnswerForm {
    const { form, errors } = readForm(AnswerForm, body);
    const complaints = new Complaints(errors);
    const matter = this.catalogue.matter(request.dossier.matter, shanghaiDate(request.registeredAt))!;
    const { fields } = partOf(matter, utility)!;
    if (complaints.isSound('/fields')) checkFields(form.fields, optional(fields), '/fields', complaints);
    if (complaints.isSound('/materials'))
      form.materials.forEach((material, index) => this.check(material, `/materials/${index}`, complaints));
    complaints.throwIfAny();
    return form;
  }

  private check({ code, by, utility }: MaterialForm, pointer: string, complaints: Complaints): void {
    if (!this.catalogue.material(code)) complaints.add(`${pointer}/code`, wrong.needlessMaterial());
    if (by === 'deferred') complaints.add(`${pointer}/by`, wrong.notDeferrable());
    if (utility) complaints.add(`${pointer}/utility`, complaintAbout('whitelistValidation'));
  }
}

const plain = ({ code, by, proof }: MaterialForm): Material => ({ code, by, ...(proof && { proof }) });
