import {
  isDown,
  jsonIn,
  ProviderUnavailable,
  ProviderUnknown,
  retryAfterMs,
  type ProviderHttp,
} from '@lianban/adapter-kit';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrant,
  Configuration,
  customFetch,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { GasRestSettings } from './gas-rest.settings.js';

const SHORTEST_LIFE_SECONDS = 30;
const LONGEST_LIFE_SECONDS = 3_600;
/** The part of its life after which a token is renewed. */
const RENEWED_AFTER = 0.8;

interface HeldToken {
  token: string;
  renewAt: number;
  endsAt: number;
}

/** Of a token that says nothing, or nonsense, the shortest. */
const lifeSeconds = (expiresIn: unknown): number =>
  Math.min(Math.max(Number(expiresIn) || 0, SHORTEST_LIFE_SECONDS), LONGEST_LIFE_SECONDS);

/** One token for all calls to a company (RFC 6749, client credentials), renewed before it ends. */
export class AccessTokens {
  private held?: HeldToken;
  /** All who need a token wait for one request. */
  private renewal?: Promise<string>;

  constructor(
    private readonly http: ProviderHttp,
    private readonly endpoint: string,
    private readonly settings: GasRestSettings,
    /** The newest first. */
    private readonly secrets: () => readonly string[],
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** One that cannot be renewed now is used to its end. @throws ProviderUnavailable */
  async current(): Promise<string> {
    const { held } = this;
    if (held && this.now() < held.renewAt) return held.token;
    try {
      return await this.renewed();
    } catch (error) {
      if (held && this.now() < held.endsAt) return held.token;
      throw error;
    }
  }

  /** In place of one that was not accepted, whatever was said of its end. @throws ProviderUnavailable */
  replace(token: string): Promise<string> {
    if (this.held?.token === token) this.held = undefined;
    return this.current();
  }

  private renewed(): Promise<string> {
    this.renewal ??= this.request().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  /** While the secret is being changed the company may know the previous one alone. */
  private async request(): Promise<string> {
    const { scope } = this.settings;
    for (const secret of this.secrets()) {
      const from = this.now();
      try {
        const answer = await clientCredentialsGrant(this.clientWith(secret), scope ? { scope } : {});
        const life = answer.expires_in! * 1_000;
        this.held = {
          token: answer.access_token,
          renewAt: from + life * RENEWED_AFTER,
          endsAt: from + life,
        };
        return answer.access_token;
      } catch (error) {
        if (!isUnknownClient(error)) throw toUnavailable(error);
      }
    }
    throw new ProviderUnavailable('does not know our client id and secret', false);
  }

  private clientWith(secret: string): Configuration {
    const { endpoint, settings } = this;
    const authentication = settings.clientAuthentication === 'basic' ? ClientSecretBasic : ClientSecretPost;
    const server = { issuer: endpoint, token_endpoint: endpoint + settings.tokenPath };
    const client = new Configuration(server, settings.clientId, undefined, authentication(secret));
    // Whether the company is reached by http is said by the address that the operator gave.
    allowInsecureRequests(client);
    client[customFetch] = (url, { method, headers, body }) =>
      this.fetch(url, method as 'POST', headers, String(body));
    return client;
  }

  private async fetch(
    url: string,
    method: 'POST',
    headers: Record<string, string>,
    body: string,
  ): Promise<Response> {
    const answer = await this.http.call({ method, url, headers, body, isQuestion: true });
    const { status } = answer;
    if (status >= 500)
      throw new ProviderUnavailable(`gives no token: ${status}`, isDown(status), retryAfterMs(answer));
    const told = jsonIn(answer);
    const limited = { ...(told as object), expires_in: lifeSeconds((told as TokenAnswer)?.expires_in) };
    return new Response(JSON.stringify(limited), { status, headers: { 'content-type': 'application/json' } });
  }
}

interface TokenAnswer {
  expires_in?: unknown;
}

const isUnknownClient = (error: unknown): boolean =>
  error instanceof WWWAuthenticateChallengeError ||
  (error instanceof ResponseBodyError && (error.status === 401 || error.error === 'invalid_client'));

/** Without a token nothing was sent, whatever became of the request for one. */
function toUnavailable(error: unknown): ProviderUnavailable {
  const { cause = error } = error as Error;
  if (cause instanceof ProviderUnavailable) return cause;
  const away = cause instanceof ProviderUnknown && cause.away;
  return new ProviderUnavailable(`gives no token: ${(cause as Error).message}`, away);
}
