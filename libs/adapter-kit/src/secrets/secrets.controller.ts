import { Controller, Get, HttpCode, Inject, Param, Post, type Type } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { ApiDoc, Roles, NotFound, Problem } from '@lianban/service-kit';
import { serviceName, UTILITY } from '../adapter.js';
import { ProviderSecrets, type KnownSecret } from './provider-secrets.js';

/** One secret alone is configured for the provider, and it is the newest. */
export class NoPreviousSecret extends Problem {
  constructor() {
    super('no-previous-secret', 409, {
      'zh-CN': '该单位只配置了一个密钥，没有旧密钥可停用。',
      en: 'The provider has one secret alone; there is no previous one to end.',
    });
  }
}

/** How an operator changes a provider's secret: no secret is ever shown. */
export function secretsController(utility: Utility): Type {
  @Controller(`/v1/ops/${serviceName(utility)}/providers/:provider/secrets`)
  @Roles('operator')
  class SecretsController {
    constructor(
      private readonly secrets: ProviderSecrets,
      private readonly catalogue: Catalogue,
      @Inject(UTILITY) private readonly own: Utility,
    ) {}

    /** The secrets of a provider, the newest first, and when the previous one was last used. */
    @Get()
    async list(@Param('provider') id: string): Promise<{ secrets: KnownSecret[] }> {
      return { secrets: await this.secrets.known(this.providerOf(id)) };
    }

    /** From now on the previous secret is believed no more, by no instance. 409 `no-previous-secret`. */
    @Post('end-previous')
    @HttpCode(204)
    @ApiDoc({ refuses: [NoPreviousSecret] })
    async endPrevious(@Param('provider') id: string): Promise<void> {
      if (!(await this.secrets.endPrevious(this.providerOf(id)))) throw new NoPreviousSecret();
    }

    private providerOf(id: string): Provider {
      const provider = this.catalogue.provider(id);
      if (provider?.utility !== this.own || this.secrets.configured(provider).length === 0)
        throw new NotFound();
      return provider;
    }
  }
  return SecretsController;
}
