import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { UTILITIES, type Utility } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import {
  CallerParam,
  Described,
  For,
  NoSuchThing,
  UuidParam,
  validForm,
  type Caller,
} from '@lianban/service-kit';
import { Matches } from 'class-validator';
import type { RequestFile } from './request-file.js';
import { AlreadyEnded, reroute } from './reroute.js';
import { Requests } from './requests.js';

export class RerouteForm {
  /** Id of the provider that shall do it. */
  @Matches(/^[a-z]+(-[a-z0-9]+)+$/) provider!: string;
  /** A catalogue code. */
  @Matches(/^[a-z]+(-[a-z]+)*$/) reason!: string;
}

/** Another provider for a job, on the word of an operator or of an officer of the provider that has it. */
@Controller()
@Described({ body: RerouteForm, refuses: [AlreadyEnded] })
export class RerouteController {
  constructor(
    private readonly transaction: Transaction,
    private readonly requests: Requests,
  ) {}

  /** 202: asked for; tracking shows what comes of it. 404 unknown, 409 `already-ended`, 422 `invalid-form`. */
  @Post('/v1/ops/routing/requests/:requestId/jobs/:utility/reroute')
  @For('operator')
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
  @For('officer', 'lead-officer')
  @HttpCode(202)
  asOfficer(
    @CallerParam() caller: Caller,
    @UuidParam('requestId') id: string,
    @Param('utility') utility: string,
    @Body() body: unknown,
  ): Promise<void> {
    const isHers = ({ jobs }: RequestFile): boolean =>
      jobs.some((job) => job.utility === utility && job.provider === caller.provider);
    return this.execute(id, utility, body, isHers);
  }

  private async execute(
    id: string,
    utility: string,
    body: unknown,
    mayTouch: (file: RequestFile) => boolean,
  ): Promise<void> {
    const { provider, reason } = validForm(RerouteForm, body);
    if (!isUtility(utility)) throw new NoSuchThing();
    await this.transaction.run((work) =>
      this.requests.change(
        work,
        async (book) => {
          const files = await book.open([id]);
          await book.addDossiers(files);
          return files;
        },
        (files, context) => {
          const file = files.get(id);
          if (!file || !mayTouch(file)) throw new NoSuchThing();
          reroute(file, utility, provider, reason, context);
        },
      ),
    );
  }
}

const isUtility = (word: string): word is Utility => (UTILITIES as readonly string[]).includes(word);
