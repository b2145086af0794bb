import { randomBytes } from 'node:crypto';

const LIFE_SECONDS = 1_800;

export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
}

/** Opaque tokens of OAuth2 client credentials; a restart ends all of them. */
export class Tokens {
  private readonly issued = new Map<string, { provider: string; at: number }>();

  issue(provider: string): TokenAnswer {
    const token = randomBytes(24).toString('base64url');
    this.issued.set(token, { provider, at: Date.now() });
    return { access_token: token, token_type: 'Bearer', expires_in: LIFE_SECONDS };
  }

  /** @param lifeMs how long tokens really live, where that is not what was said */
  accepts(provider: string, authorization = '', lifeMs = LIFE_SECONDS * 1_000): boolean {
    const found = this.issued.get(authorization.replace(/^Bearer /, ''));
    return found?.provider === provider && Date.now() < found.at + lifeMs;
  }
}

export interface Client {
  id: string;
  secret: string;
}

/** Who asks for a token: by HTTP Basic, both parts form-encoded (RFC 6749, 2.3.1), or in the body. */
export function clientIn(authorization: string | undefined, form: URLSearchParams): Client {
  const [, basic] = /^Basic (.+)$/.exec(authorization ?? '') ?? [];
  if (!basic) return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' };
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(formDecoded);
  return { id, secret };
}

const formDecoded = (text: string): string => new URLSearchParams(`v=${text}`).get('v')!;
