import type { Answer } from '../checker/facts.js';

const TIMEOUT_MS = 8_000;
const DAY_SECONDS = 86_400;
/** Issuers that give tokens for a shorter time give them for a quarter of an hour. */
const TOKEN_AGE_MS = 600_000;

/** Gives tokens; seconds of Unix time. */
export interface TokenSource {
  token(asked: { claims: { sub: string; role: string; hall?: string }; expires: number }): Promise<string>;
}

export interface Call {
  /** Method and path with ids left out, for the record. */
  endpoint: string;
  path: string;
  as?: 'clerk' | 'operator';
  body?: object;
  headers?: Record<string, string>;
}

export interface CallResult {
  /** 0 where no answer came. */
  status: number;
  text: string;
  /** Why none came. */
  why?: string;
  /** After how many seconds it may be tried again, where the answer says so. */
  retryAfter?: number;
}

/** Calls the system as somebody and records each answer. Never throws. */
export class Caller {
  readonly answers: Answer[] = [];
  private readonly tokens = new Map<string, { at: number; token: Promise<string> }>();

  constructor(
    private readonly url: string,
    private readonly issuer: TokenSource,
  ) {}

  async call({ endpoint, path, as, body, headers }: Call): Promise<CallResult> {
    const result = await this.send(
      endpoint.split(' ')[0]!,
      path,
      {
        ...headers,
        ...(body && { 'content-type': 'application/json' }),
        ...(as && { authorization: `Bearer ${await this.tokenOf(as)}` }),
      },
      body,
    );
    this.answers.push({ endpoint, status: result.status, code: codeIn(result) });
    return result;
  }

  private async send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<CallResult> {
    try {
      const answer = await fetch(this.url + path, {
        method,
        headers: { 'accept-language': 'en', ...headers },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body && { body: JSON.stringify(body) }),
      });
      const retryAfter = Number(answer.headers.get('retry-after')) || undefined;
      return { status: answer.status, text: await answer.text(), retryAfter };
    } catch (error) {
      const { name, cause } = error as { name: string; cause?: { code?: string } };
      return { status: 0, text: '', why: cause?.code ?? name };
    }
  }

  /** Good for a day, so that a clock that is an hour wrong does not end it. */
  private tokenOf(role: string): Promise<string> {
    const claims = { sub: `chaos-${role}`, role, ...(role === 'clerk' && { hall: 'lixia' }) };
    const expires = Math.floor(Date.now() / 1_000) + DAY_SECONDS;
    const known = this.tokens.get(role);
    if (known && Date.now() - known.at < TOKEN_AGE_MS) return known.token;
    const token = this.issuer.token({ claims, expires });
    this.tokens.set(role, { at: Date.now(), token });
    return token;
  }
}

function codeIn({ status, text, why }: CallResult): string | undefined {
  if (status < 400) return why;
  try {
    return (JSON.parse(text) as { code?: string }).code;
  } catch {
    return undefined;
  }
}
