import { Injectable } from '@nestjs/common';
import type { Provider } from '@lianban/catalogue';
import { timeOf } from '@lianban/service-kit';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { ProviderSecrets } from '../secrets/provider-secrets.js';
import { BadSignature, verifySignature } from './signed-report.js';

/** A request with its body as it came, over which it is signed. */
export type SignedRequest = FastifyRequest & { rawBody?: Buffer };

/** Checks that a provider signed what it posts, with a secret that still holds. */
@Injectable()
export class AuthenticateSender {
  constructor(
    private readonly secrets: ProviderSecrets,
    private readonly dataSource: DataSource,
  ) {}

  /** Answers the id of what was posted. @throws BadSignature, ReportTooOld */
  async execute(provider: Provider, { rawBody = Buffer.alloc(0), headers }: SignedRequest): Promise<string> {
    const secrets = this.secrets.configured(provider);
    const { id, secret } = await verifySignature(secrets, rawBody, headers, () => timeOf(this.dataSource));
    if (!(await this.secrets.accepts(provider, secret))) throw new BadSignature();
    return id;
  }
}
