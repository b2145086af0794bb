import { Controller, Get, Header, Headers, Inject, Param, Query } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { ApiDoc, NotFound, Problem, Public, validForm } from '@lianban/service-kit';
import { IsOptional, Matches } from 'class-validator';
import { UTILITY } from '../adapter.js';
import { ProviderSecrets } from '../secrets/provider-secrets.js';
import type { FeedEvent } from './feed-event.js';
import { PullFeed, UnknownPosition } from './pull-feed.js';

const BATCH = 'application/cloudevents-batch+json';

export class BadSecret extends Problem {
  constructor() {
    super('bad-secret', 401, { 'zh-CN': '密钥不正确。', en: 'The secret is missing or wrong.' });
  }
}

export class FeedQuery {
  /** The position of the last event that you have for good; without it you get what you have not said so of. */
  @IsOptional() @Matches(/^\d{1,18}$/) after?: string;
  /** How many at most. */
  @IsOptional() @Matches(/^([1-9]\d?|[1-4]\d\d|500)$/) limit?: string;
  /** Seconds to wait for the first. */
  @IsOptional() @Matches(/^([12]?\d|30)$/) wait?: string;
}

/** Where providers of the dialect `feed` pull what they are to be told. */
@Controller('/v1/providers/:provider/feed')
@Public()
export class FeedController {
  constructor(
    private readonly pullFeed: PullFeed,
    private readonly secrets: ProviderSecrets,
    private readonly catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  /** Operations as a batch of CloudEvents, empty when there is none; 401 `bad-secret`; 409 `unknown-position`; 422 `invalid-form`. */
  @Get()
  @Header('content-type', BATCH)
  @ApiDoc({
    query: FeedQuery,
    headers: {
      authorization: { required: true, description: '`Bearer` and the secret (docs/dialects/feed.md).' },
    },
    refuses: [BadSecret, UnknownPosition],
    contentType: BATCH,
  })
  async pull(
    @Param('provider') id: string,
    @Query() query: unknown,
    @Headers('authorization') authorization: string | undefined,
  ): Promise<FeedEvent[]> {
    const provider = this.catalogue.provider(id);
    if (provider?.utility !== this.utility || provider.dialect !== 'feed') throw new NotFound();
    await this.authenticate(provider, authorization);
    const { after, limit = '100', wait = '0' } = validForm(FeedQuery, query);
    return this.pullFeed.execute({ provider, after, limit: Number(limit), waitMs: Number(wait) * 1_000 });
  }

  /** @throws BadSecret */
  private async authenticate(provider: Provider, authorization = ''): Promise<void> {
    const secret = this.secrets.named(provider, authorization.replace(/^Bearer /, ''));
    if (secret === undefined || !(await this.secrets.accepts(provider, secret))) throw new BadSecret();
  }
}
