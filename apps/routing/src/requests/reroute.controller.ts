import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { UTILITIES, type Utility } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import {
  CurrentCaller,
  ApiDoc,
  Roles,
  NotFound,
  UuidParam,
  validForm,
  type Caller,
} from '@lianban/service-kit';
import { Matches } from 'class-validator';
import { JobEnded } from './reroute.problems.js';
import type { RoutedRequest } from './routed-request.js';
import { RoutedRequests } from './routed-requests.js';

export class RerouteForm {
  /** Id of the provider that shall do it. */
  @Matches(/^[a-z]+(-[a-z0-9]+)+$/) provider!: string;
  /** A catalogue code. */
  @Matches(/^[a-z]+(-[a-z]+)*$/) reason!: string;
}

/** Another provider for a job, on the word of an operator or of an officer of the provider that has it. */
@Controller()
@ApiDoc({ body: RerouteForm, refuses: [JobEnded] })
export class RerouteController {
  constructor(
    private readonly transaction: Transaction,
    private readonly requests: RoutedRequests,
  ) {}

  /** 202: asked for; tracking shows what comes of it. 404 unknown, 409 `already-ended`, 422 `invalid-form`. */
  @Post('/v1/ops/routing/requests/:requestId/jobs/:utility/reroute')
  @Roles('operator')
  @HttpCode(202)
  asOperator(
    @UuidParam('requestId') id: string,
    @Param('utility') utility: string,
    @Body() body: unknown,
  ): Promise<void> {
    return this.execute(id, utility, body, () => true);
  }

  /** The same for an officer, of her own provider's jobs alone. */
  @Post('/v1/routing/requests/:requestId/jobs/:utility/not-ours')
  @Roles('officer', 'lead-officer')
  @HttpCode(202)
  asOfficer(
    @CurrentCaller() caller: Caller,
    @UuidParam('requestId') id: string,
    @Param('utility') utility: string,
    @Body() body: unknown,
  ): Promise<void> {
    const isHers = ({ jobs }: RoutedRequest): boolean =>
      jobs.some((job) => job.utility === utility && job.provider === caller.provider);
    return this.execute(id, utility, body, isHers);
  }

  private async execute(
    id: string,
    utility: string,
    body: unknown,
    mayTouch: (request: RoutedRequest) => boolean,
  ): Promise<void> {
    const { provider, reason } = validForm(RerouteForm, body);
    if (!isUtility(utility)) throw new NotFound();
    await this.transaction.run((unitOfWork) =>
      this.requests.update(
        unitOfWork,
        (repository) => repository.loadForUpdate(id),
        (requests, context) => {
          const request = requests.get(id);
          if (!request || !mayTouch(request)) throw new NotFound();
          request.reroute(utility, provider, reason, context);
        },
      ),
    );
  }
}

const isUtility = (word: string): word is Utility => (UTILITIES as readonly string[]).includes(word);
