import { Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { Transaction } from '@lianban/messaging';
import { readForm } from '@lianban/service-kit';
import { JobStates } from '../job-states/job-states.js';
import { ValidationErrors } from '../validation/validation-errors.js';
import { fieldErrors } from '../validation/messages.js';
import { toChangeAccepted, type ChangeAccepted } from './change-accepted.js';
import { lockRequest, storeRequest } from './lock-request.js';
import type { RequestReference } from './request-identity.js';
import { WithdrawForm } from './requests.forms.js';
import type { ServiceRequest } from './service-request.entity.js';

/** Reasons for a withdrawal that only the system may give. */
const SYSTEM_ONLY_REASONS = ['lapsed', 'rerouted'];

/** Asks the providers to drop one part, some or all. Tracking shows the result. */
@Injectable()
export class WithdrawRequest {
  constructor(
    private readonly transaction: Transaction,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws NotFound, InvalidForm, AlreadyEnded */
  execute(reference: RequestReference, body: unknown): Promise<ChangeAccepted> {
    return this.transaction.run(async ({ manager, publish }) => {
      const request = await lockRequest(manager, reference);
      const { utilities, reason } = this.read(body, request);
      const events = request.withdraw(utilities, reason, await JobStates.load(manager, request.id));
      publish(events);
      if (events.length > 0) await storeRequest(manager, request);
      return toChangeAccepted(request);
    });
  }

  private read(body: unknown, { parts }: ServiceRequest): WithdrawForm {
    const { form, errors } = readForm(WithdrawForm, body);
    const validation = new ValidationErrors(errors);
    if (validation.isValid('/reason') && !this.isReason(form.reason))
      validation.add('/reason', fieldErrors.reason());
    if (validation.isValid('/utilities'))
      form.utilities?.forEach((utility, index) => {
        if (!parts.some((part) => part.utility === utility))
          validation.add(`/utilities/${index}`, fieldErrors.part());
      });
    validation.throwIfAny();
    return form;
  }

  private isReason(code: string): boolean {
    return (
      Boolean(this.catalogue.reason(code)?.kinds.includes('withdrawal')) &&
      !SYSTEM_ONLY_REASONS.includes(code)
    );
  }
}
