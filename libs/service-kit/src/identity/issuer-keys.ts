import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet } from 'jose';
import { Dependencies } from '../health/dependencies.js';
import { IdentityConfig } from './identity.config.js';

const TIMEOUT_MS = 5_000;
const COOLDOWN_MS = 30_000;
const CACHE_MS = 600_000;

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** The issuer's keys, fetched on first use and again for an unknown key id, at most twice a minute. */
@Injectable()
export class IssuerKeys {
  private keys?: Promise<RemoteKeys>;

  constructor(
    private readonly config: IdentityConfig,
    dependencies: Dependencies,
  ) {
    dependencies.add('issuer', () => this.fetchIfOld());
  }

  current(): Promise<RemoteKeys> {
    this.keys ??= this.open().catch((error: unknown) => {
      this.keys = undefined;
      throw error;
    });
    return this.keys;
  }

  private async fetchIfOld(): Promise<void> {
    const keys = await this.current();
    if (!keys.fresh) await keys.reload();
  }

  private async open() {
    const address = this.config.oidcJwksUrl ?? (await this.discover());
    const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: COOLDOWN_MS, cacheMaxAge: CACHE_MS };
    return createRemoteJWKSet(new URL(address), options);
  }

  private async discover(): Promise<string> {
    const address = `${this.config.oidcIssuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    const found = (await answer.json()) as { issuer?: string; jwks_uri?: string };
    if (found.issuer !== this.config.oidcIssuer || !found.jwks_uri)
      throw new Error('the discovery document is not that of the issuer');
    return found.jwks_uri;
  }
}
