import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import { IsInstant, type Utility } from '@lianban/contracts';
import { ApiDoc, InvalidForm, NotFound, Public, readTolerantly, Tolerant } from '@lianban/service-kit';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, Matches, ValidateNested } from 'class-validator';
import { UTILITY } from '../adapter.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { AuthenticateSender, type SignedRequest } from '../reports/authenticate-sender.js';
import { BadSignature, ReportTooOld } from '../reports/signed-report.js';
import { ListedJobForm, toListedJob } from './listed-job.form.js';
import { Reconcile } from './reconcile.js';

/** A page of a provider's own list of the jobs that it has. */
export class HandedInList {
  /** Its name of this list, another one each time. */
  @Matches(/^[!-~]{1,100}$/) list!: string;
  /** When it was read from the provider's system. */
  @IsInstant() readAt!: string;
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => ListedJobForm)
  jobs!: ListedJobForm[];
  /** Is this the last page? */
  @IsBoolean() isLast!: boolean;
}

/** Where a provider that pulls hands in its list, so that both sides can be compared. */
@Controller('/v1/providers/:provider/lists')
@Public()
export class ListsController {
  constructor(
    private readonly authenticate: AuthenticateSender,
    private readonly reconcile: Reconcile,
    private readonly drivers: DriverRegistry,
    private readonly catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  /** 202 compared; 401 `bad-signature`, `report-too-old`; 404 for a provider that is asked for its list; 422 `invalid-form`. */
  @Post()
  @HttpCode(202)
  @Tolerant()
  @ApiDoc({
    body: HandedInList,
    isTolerant: true,
    headers: {
      'webhook-id': { required: true, description: 'Of the page.' },
      'webhook-timestamp': { required: true, description: 'Seconds since 1970, five minutes off at most.' },
      'webhook-signature': { required: true, description: '`v1,` and the HMAC-SHA256 (docs/webhook.md).' },
    },
    refuses: [BadSignature, ReportTooOld],
  })
  async take(@Param('provider') id: string, @Req() request: SignedRequest): Promise<void> {
    await this.authenticate.execute(this.senderOf(id), request);
    const { form, errors } = readTolerantly(HandedInList, request.body);
    if (errors.length > 0) throw new InvalidForm(errors);
    const { list, jobs, isLast, readAt } = form;
    const page = { list, jobs: jobs.map(toListedJob), isLast, readAt: new Date(readAt) };
    await this.reconcile.takeHandedIn(id, page);
  }

  private senderOf(id: string): Provider {
    const provider = this.catalogue.provider(id);
    if (provider?.utility !== this.utility || this.drivers.isCalled(id)) throw new NotFound();
    return provider;
  }
}
