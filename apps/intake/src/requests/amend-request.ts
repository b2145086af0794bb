import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import { validForm } from '@lianban/service-kit';
import { JobStates } from '../job-states/job-states.js';
import { fieldErrors } from '../validation/messages.js';
import { toChangeAccepted, type ChangeAccepted } from './change-accepted.js';
import { checkRequest, assertValid, type CheckedRequest } from './check-request.js';
import { toDossier } from './dossier.js';
import { lockRequest, storeRequest } from './lock-request.js';
import type { RequestReference } from './request-identity.js';
import { mergeAmendment } from './merge-amendment.js';
import { AmendRequestForm } from './requests.forms.js';
import type { ServiceRequest } from './service-request.entity.js';

/** Amends a request's dossier, which the providers get as a correction. Providers do not change. */
@Injectable()
export class AmendRequest {
  constructor(
    private readonly transaction: Transaction,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws NotFound, VersionConflict, AlreadyEnded, InvalidForm, NotServed */
  execute(reference: RequestReference, body: unknown): Promise<ChangeAccepted> {
    const amendment = validForm(AmendRequestForm, body);
    return this.transaction.run(async ({ manager, publish, now }) => {
      const request = await lockRequest(manager, reference);
      const jobStates = await JobStates.load(manager, request.id);
      request.assertAmendable(amendment.version, amendedParts(amendment, request), jobStates);
      const checked = this.check(request, amendment, now);
      const materials = new Map(checked.parts.map(({ part, materials }) => [part.utility, materials]));
      publish(request.amend(toDossier(checked), materials));
      await storeRequest(manager, request);
      return toChangeAccepted(request);
    });
  }

  private check(request: ServiceRequest, amendment: AmendRequestForm, now: Date): CheckedRequest {
    const context = {
      catalogue: this.catalogue,
      registeredOn: shanghaiDate(request.registeredAt),
      today: shanghaiDate(now),
    };
    const checked = checkRequest(mergeAmendment(request.dossier, amendment), context);
    for (const { part, provider } of checked.parts)
      if (provider.id !== request.parts.find(({ utility }) => utility === part.utility)?.provider)
        checked.validation.add(pointerOfCause(part.utility), fieldErrors.provider());
    return assertValid(checked);
  }
}

const pointerOfCause = (utility: Utility) =>
  utility === 'telecom' ? '/parts/telecom/fields/carrier' : '/address/district';

/** `null` clears all parts. */
const amendedParts = ({ parts }: AmendRequestForm, request: ServiceRequest): Utility[] =>
  request.parts
    .map(({ utility }) => utility)
    .filter((utility) => parts === null || Object.hasOwn(Object(parts), utility));
