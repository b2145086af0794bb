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

const CLOCK_SKEW_S = 60;
const TOKENS_KEPT = 10_000;

interface Known {
  caller: Caller;
  until: number;
}

/** Says who a token speaks for. A token once verified is believed until it expires, without its signature being checked again. */
@Injectable()
export class TokenVerifier {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly config: IdentityConfig,
    private readonly keys: IssuerKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidToken, WrongRole, IssuerUnreachable */
  async verify(token: string): Promise<Caller> {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.known.get(digest);
    if (known && this.clock.now().getTime() < known.until) return known.caller;
    this.known.delete(digest);
    const claims = await this.check(token);
    const caller = readCaller(claims);
    this.remember(digest, { caller, until: Number(claims.exp) * 1000 });
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
      clockTolerance: CLOCK_SKEW_S,
      requiredClaims: ['exp', 'sub'],
    };
    return jwtVerify(token, keys, { ...rules, currentDate: this.clock.now() }).then(
      ({ payload }) => payload,
      (error: unknown) => {
        throw isTokensFault(error) ? new InvalidToken() : new IssuerUnreachable();
      },
    );
  }

  private remember(digest: string, known: Known) {
    const oldest = this.known.keys().next().value;
    if (this.known.size >= TOKENS_KEPT && oldest !== undefined) this.known.delete(oldest);
    this.known.set(digest, known);
  }
}

// jose says JOSEError itself where the key set answered with something else, and lets fetch's own errors through.
const isTokensFault = (error: unknown) =>
  error instanceof errors.JOSEError &&
  error.code !== 'ERR_JOSE_GENERIC' &&
  !(error instanceof errors.JWKSTimeout) &&
  !(error instanceof errors.JWKSInvalid);
