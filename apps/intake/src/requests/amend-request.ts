import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import { validForm, type Caller } from '@lianban/service-kit';
import { JobStates } from '../job-states/job-states.js';
import { wrong } from '../validation/messages.js';
import { toChangeAccepted, type ChangeAccepted } from './change-accepted.js';
import { checkRequest, assertValid, type CheckedRequest } from './check-request.js';
import { toDossier } from './dossier.js';
import { lockRequest, storeRequest } from './lock-request.js';
import { mergeAmendment } from './merge-amendment.js';
import { AmendRequestForm } from './requests.forms.js';
import type { ServiceRequest } from './service-request.entity.js';

/** Mends what a request says; the providers hear of it as a correction. They do not change. */
@Injectable()
export class AmendRequest {
  constructor(
    private readonly transaction: Transaction,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws NotFound, VersionConflict, AlreadyEnded, InvalidForm, NotServed */
  execute(caller: Caller, receiptNumber: string, body: unknown): Promise<ChangeAccepted> {
    const amendment = validForm(AmendRequestForm, body);
    return this.transaction.run(async ({ manager, publish, now }) => {
      const request = await lockRequest(manager, receiptNumber, caller);
      const jobStates = await JobStates.of(manager, request.id);
      request.assertAmendable(amendment.version, amendedParts(amendment, request), jobStates);
      const checked = this.check(request, amendment, now);
      const materials = new Map(checked.parts.map(({ part, materials }) => [part.utility, materials]));
      publish(request.amend(toDossier(checked), materials));
      await storeRequest(manager, request);
      return toChangeAccepted(request);
    });
  }

  private check(request: ServiceRequest, amendment: AmendRequestForm, now: Date): CheckedRequest {
    const setting = {
      catalogue: this.catalogue,
      registeredOn: shanghaiDate(request.registeredAt),
      today: shanghaiDate(now),
    };
    const checked = checkRequest(mergeAmendment(request.dossier, amendment), setting);
    for (const { part, provider } of checked.parts)
      if (provider.id !== request.parts.find(({ utility }) => utility === part.utility)?.provider)
        checked.complaints.add(causeOf(part.utility), wrong.provider());
    return assertValid(checked);
  }
}

const causeOf = (utility: Utility) =>
  utility === 'telecom' ? '/parts/telecom/fields/carrier' : '/address/district';

/** `null` empties all of them. */
const amendedParts = ({ parts }: AmendRequestForm, request: ServiceRequest): Utility[] =>
  request.parts
    .map(({ utility }) => utility)
    .filter((utility) => parts === null || Object.hasOwn(Object(parts), utility));
