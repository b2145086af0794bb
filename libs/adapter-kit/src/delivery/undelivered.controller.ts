import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import { ApiDoc, Log, NotFound, Problem, Public, UuidParam } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { UTILITY } from '../adapter.js';
import { JobStore } from '../jobs/job-store.js';
import type { Operation } from '../jobs/operation.js';
import { AuthenticateSender, type SignedRequest } from '../reports/authenticate-sender.js';
import { BadSignature, ReportTooOld } from '../reports/signed-report.js';
import { ProviderSecrets } from '../secrets/provider-secrets.js';

/** It is still being tried, or was taken or given up. */
export class OperationNotParked extends Problem {
  constructor() {
    super('operation-not-parked', 409, {
      'zh-CN': '该操作未停止投递，无需重新发送。',
      en: 'We have not stopped trying to deliver this operation.',
    });
  }
}

export interface UndeliveredOperation extends Pick<
  Operation,
  'id' | 'requestId' | 'attempt' | 'kind' | 'tries' | 'lastError'
> {
  /** `parked`: we have stopped trying; the others are tried by themselves. */
  state: 'pending' | 'failing' | 'unknown' | 'parked';
  /** Since when it is so. */
  since: Date;
}

export interface UndeliveredOperations {
  operations: UndeliveredOperation[];
  /** Are there more than these? */
  hasMore: boolean;
}

const MAX_OPERATIONS = 100;
const TIME_AND_SIGNATURE = {
  'webhook-timestamp': { required: true, description: 'Seconds since 1970, five minutes off at most.' },
  'webhook-signature': { required: true, description: '`v1,` and the HMAC-SHA256 (docs/webhook.md).' },
};

/** Where a provider's programmers see what it has not taken, and have it sent again: no dossier, for it is personal. */
@Controller('/v1/providers/:provider/operations')
@Public()
export class UndeliveredController {
  constructor(
    private readonly authenticate: AuthenticateSender,
    private readonly secrets: ProviderSecrets,
    private readonly catalogue: Catalogue,
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
    private readonly log: Log,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  /** The provider's own operations that it has not taken, the oldest first, 100 at most; 401 `bad-signature`, `report-too-old`. */
  @Get()
  @ApiDoc({
    headers: {
      'webhook-id': { required: true, description: 'Of this call.' },
      ...TIME_AND_SIGNATURE,
    },
    refuses: [BadSignature, ReportTooOld],
  })
  async list(@Param('provider') id: string, @Req() request: SignedRequest): Promise<UndeliveredOperations> {
    await this.authenticate.execute(this.callerOf(id), request);
    const rows = await this.dataSource.query<UndeliveredOperation[]>(UNDELIVERED, [id, MAX_OPERATIONS + 1]);
    return { operations: rows.slice(0, MAX_OPERATIONS), hasMore: rows.length > MAX_OPERATIONS };
  }

  /** Another try for one that is parked, now; 401 `bad-signature`, `report-too-old`; 404; 409 `operation-not-parked`. */
  @Post(':id/resend')
  @HttpCode(202)
  @ApiDoc({
    headers: {
      'webhook-id': {
        required: true,
        description: "The operation's id: so the signature holds for it alone.",
      },
      ...TIME_AND_SIGNATURE,
    },
    refuses: [BadSignature, ReportTooOld, OperationNotParked],
  })
  async resend(
    @Param('provider') provider: string,
    @UuidParam('id') id: string,
    @Req() request: SignedRequest,
  ): Promise<void> {
    const signed = await this.authenticate.execute(this.callerOf(provider), request);
    if (signed !== id) throw new BadSignature();
    const [row] = await this.dataSource.query<{ requestId: string }[]>(
      'select request_id as "requestId" from operation where id = $1 and provider = $2',
      [id, provider],
    );
    if (!row) throw new NotFound();
    const { requestId } = row;
    await this.transaction.run((work) =>
      this.jobs.update(work, [requestId], (jobs, context) => {
        if (!jobs.get(requestId)!.retryOperation(id, context)) throw new OperationNotParked();
      }),
    );
    this.log.log('operation sent again at the wish of its provider', { provider, operation: id });
  }

  private callerOf(id: string): Provider {
    const provider = this.catalogue.provider(id);
    if (provider?.utility !== this.utility || this.secrets.configured(provider).length === 0)
      throw new NotFound();
    return provider;
  }
}

/** Each part by an index, and no further than it is shown. */
const COLUMNS = `id, request_id as "requestId", attempt, kind, status as state, since, tries, last_error as "lastError"`;
const UNDELIVERED = `select * from (
    (select ${COLUMNS} from operation where provider = $1 and status in ('failing', 'unknown', 'parked') order by since, id limit $2)
    union all
    (select ${COLUMNS} from operation where provider = $1 and status = 'pending' order by next_at, id limit $2)) undelivered
  order by since, id limit $2`;
