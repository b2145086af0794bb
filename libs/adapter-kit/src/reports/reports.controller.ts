import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { ApiDoc, InvalidForm, NotFound, Public, readTolerantly, Tolerant } from '@lianban/service-kit';
import { Matches } from 'class-validator';
import { UTILITY } from '../adapter.js';
import { JobReport } from '../jobs/job-report.js';
import { PLACEMENT_NAME, readPlacementName } from '../jobs/operation.js';
import { ProviderSecrets } from '../secrets/provider-secrets.js';
import { AuthenticateSender, type SignedRequest } from './authenticate-sender.js';
import { BadSignature, ReportTooOld } from './signed-report.js';
import { ReportRepeated, ReceiveReport, UnknownJob } from './receive-report.js';

export class ReportForm extends JobReport {
  /** As it stood in the operation: `<request id>:<utility>:<attempt>`. */
  @Matches(PLACEMENT_NAME) placement!: string;
}

/** Where providers with a system of their own post what became of a job. */
@Controller('/v1/providers/:provider/reports')
@Public()
export class ReportsController {
  constructor(
    private readonly secrets: ProviderSecrets,
    private readonly takeReport: ReceiveReport,
    private readonly catalogue: Catalogue,
    private readonly authenticate: AuthenticateSender,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  /** 202 kept; 401 `bad-signature`, `report-too-old`; 404 `unknown-job`; 409 `report-repeated`; 422 `invalid-form`. */
  @Post()
  @HttpCode(202)
  @Tolerant()
  @ApiDoc({
    body: ReportForm,
    isTolerant: true,
    headers: {
      'webhook-id': { required: true, description: 'Of the report; the same when it is sent again.' },
      'webhook-timestamp': { required: true, description: 'Seconds since 1970, five minutes off at most.' },
      'webhook-signature': { required: true, description: '`v1,` and the HMAC-SHA256 (docs/webhook.md).' },
    },
    refuses: [BadSignature, ReportTooOld, UnknownJob, ReportRepeated],
  })
  async take(@Param('provider') id: string, @Req() request: SignedRequest): Promise<void> {
    const reportId = await this.authenticate.execute(this.senderOf(id), request);
    const { form, errors } = readTolerantly(ReportForm, request.body);
    if (errors.length > 0) throw new InvalidForm(errors);
    const { placement, ...report } = form;
    const about = readPlacementName(placement, this.utility);
    if (!about) throw new UnknownJob();
    await this.takeReport.execute({ id: reportId, provider: id, ...about, report });
  }

  private senderOf(id: string): Provider {
    const provider = this.catalogue.provider(id);
    if (provider?.utility !== this.utility || this.secrets.configured(provider).length === 0)
      throw new NotFound();
    return provider;
  }
}
