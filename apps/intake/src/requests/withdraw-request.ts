import { Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { Transaction } from '@lianban/messaging';
import { readForm, type Caller } from '@lianban/service-kit';
import { JobStates } from '../job-states/job-states.js';
import { ValidationErrors } from '../validation/validation-errors.js';
import { wrong } from '../validation/messages.js';
import { toChangeAccepted, type ChangeAccepted } from './change-accepted.js';
import { lockRequest, storeRequest } from './lock-request.js';
import { WithdrawForm } from './requests.forms.js';
import type { ServiceRequest } from './service-request.entity.js';

/** Reasons for a withdrawal that only the house itself gives. */
const OF_THE_HOUSE = ['lapsed', 'rerouted'];

/** Asks the providers to drop one part, some or all; whether they could, tracking shows. */
@Injectable()
export class WithdrawRequest {
  constructor(
    private readonly transaction: Transaction,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws NotFound, InvalidForm, AlreadyEnded */
  execute(caller: Caller, receiptNumber: string, body: unknown): Promise<ChangeAccepted> {
    return this.transaction.run(async ({ manager, publish }) => {
      const request = await lockRequest(manager, receiptNumber, caller);
      const { utilities, reason } = this.read(body, request);
      const said = request.withdraw(utilities, reason, await JobStates.of(manager, request.id));
      publish(said);
      if (said.length > 0) await storeRequest(manager, request);
      return toChangeAccepted(request);
    });
  }

  private read(body: unknown, { parts }: ServiceRequest): WithdrawForm {
    const { form, errors } = readForm(WithdrawForm, body);
    const complaints = new ValidationErrors(errors);
    if (complaints.isValid('/reason') && !this.isReason(form.reason))
      complaints.add('/reason', wrong.reason());
    if (complaints.isValid('/utilities'))
      form.utilities?.forEach((utility, index) => {
        if (!parts.some((part) => part.utility === utility))
          complaints.add(`/utilities/${index}`, wrong.part());
      });
    complaints.throwIfAny();
    return form;
  }

  private isReason(code: string): boolean {
    return Boolean(this.catalogue.reason(code)?.kinds.includes('withdrawal')) && !OF_THE_HOUSE.includes(code);
  }
}
