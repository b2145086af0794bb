import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { Clock } from '../clock.js';
import { InvalidToken, IssuerUnreachable } from '../problems/common-problems.js';
import type { Caller } from './caller.js';
import { IdentityConfig } from './identity.config.js';
import { IssuerKeys } from './issuer-keys.js';
import { readCaller } from './read-caller.js';

const CLOCK_SKEW_SECONDS = 60;
const MAX_CACHED_TOKENS = 10_000;

interface CachedCaller {
  caller: Caller;
  until: number;
}

/** Verifies tokens. A verified token is cached until it expires. */
@Injectable()
export class TokenVerifier {
  private readonly cache = new Map<string, CachedCaller>();

  constructor(
    private readonly config: IdentityConfig,
    private readonly keys: IssuerKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidToken, WrongRole, IssuerUnreachable */
  async verify(token: string): Promise<Caller> {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.cache.get(digest);
    if (known && this.clock.now().getTime() < known.until) return known.caller;
    this.cache.delete(digest);
    const claims = await this.check(token);
    const caller = readCaller(claims);
    this.store(digest, { caller, until: Number(claims.exp) * 1000 });
    return caller;
  }

  private async check(token: string): Promise<JWTPayload> {
    const keys = await this.keys.current().catch(() => {
      throw new IssuerUnreachable();
    });
    const { oidcIssuer: issuer, oidcAudience: audience, oidcAlgorithms: algorithms } = this.config;
    const rules = {
      issuer,
      audience,
      algorithms,
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['exp', 'sub'],
    };
    return jwtVerify(token, keys, { ...rules, currentDate: this.clock.now() }).then(
      ({ payload }) => payload,
      (error: unknown) => {
        throw isTokenError(error) ? new InvalidToken() : new IssuerUnreachable();
      },
    );
  }

  private store(digest: string, known: CachedCaller) {
    const oldest = this.cache.keys().next().value;
    if (this.cache.size >= MAX_CACHED_TOKENS && oldest !== undefined) this.cache.delete(oldest);
    this.cache.set(digest, known);
  }
}

// jose throws a plain JOSEError if the key set's answer was unusable, and lets fetch's own errors through.
const isTokenError = (error: unknown) =>
  error instanceof errors.JOSEError &&
  error.code !== 'ERR_JOSE_GENERIC' &&
  !(error instanceof errors.JWKSTimeout) &&
  !(error instanceof errors.JWKSInvalid);
