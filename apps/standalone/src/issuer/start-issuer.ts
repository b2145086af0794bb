import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import { Provider } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from './accounts.js';
import { answerLogin, errorPage, LOGIN_PATH, logoutPage } from './login-page.js';
import { signingKey } from './signing-key.js';

export interface IssuerOptions {
  /** 0 takes any free one. */
  port: number;
  host?: string;
  /** The issuer's name in tokens, where it is not the address that it listens on. */
  issuerUrl?: string;
  /** For whom the tokens are: what services have as OIDC_AUDIENCE. */
  audience: string;
  accounts: readonly Account[];
  /** Where the signing key is kept. */
  folder: string;
  /** Where the web pages are, whose users log in here; none by default. */
  webUrl?: string;
}

export interface Issuer {
  url: string;
  close(): Promise<void>;
}

/** The client that the web pages are. */
export const WEB_CLIENT = 'lianban-web';
const TOKEN_LIFETIME_SECONDS = 900;
const WORKING_DAY_SECONDS = 36_000;
/** Stands for all of the stack's services: a token is for them where nothing else is asked. */
const RESOURCE = 'urn:lianban:services';

const asClient = ({ name, secret }: Account): ClientMetadata => ({
  client_id: name,
  client_secret: secret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
});

/** The web pages: no secret, so a code with PKCE, and a refresh token that is good once. */
const webClient = (url: string): ClientMetadata => ({
  client_id: WEB_CLIENT,
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: [`${url}/staff/`],
  post_logout_redirect_uris: [`${url}/staff/`],
});

/** All of the issuer's clients are our own: nobody is asked whether they may. */
async function grantAll({ oidc }: KoaContextWithOIDC) {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client!.clientId,
    accountId: oidc.session!.accountId!,
  });
  grant.addOIDCScope('openid');
  grant.addResourceScope(RESOURCE, 'openid');
  await grant.save();
  return grant;
}

function claimsOf(accounts: readonly Account[], name: string | undefined) {
  const account = accounts.find((known) => known.name === name);
  return account && { role: account.role, hall: account.hall, provider: account.provider };
}

const configuration = ({ audience, accounts, webUrl }: IssuerOptions, key: JWK): Configuration => ({
  adapter: createMemoryAdapter(),
  clients: [...accounts.map(asClient), ...(webUrl ? [webClient(webUrl)] : [])],
  clientBasedCORS: () => true,
  findAccount: (_, id) =>
    accounts.some(({ name }) => name === id)
      ? { accountId: id, claims: () => ({ sub: id, ...claimsOf(accounts, id) }) }
      : undefined,
  claims: { openid: ['sub', 'role', 'hall', 'provider'] },
  conformIdTokenClaims: false,
  renderError: (context, { error, error_description: description }) => {
    context.type = 'html';
    context.body = errorPage(error, description);
  },
  interactions: { url: (_, { uid }) => `/login/${uid}` },
  loadExistingGrant: grantAll,
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  jwks: { keys: [key] } as Configuration['jwks'],
  cookies: { keys: [randomBytes(32).toString('hex')] },
  ttl: {
    AccessToken: TOKEN_LIFETIME_SECONDS,
    ClientCredentials: TOKEN_LIFETIME_SECONDS,
    Grant: WORKING_DAY_SECONDS,
    IdToken: TOKEN_LIFETIME_SECONDS,
    Interaction: TOKEN_LIFETIME_SECONDS,
    RefreshToken: WORKING_DAY_SECONDS,
    Session: WORKING_DAY_SECONDS,
  },
  extraTokenClaims: (_, token) => claimsOf(accounts, 'accountId' in token ? token.accountId : token.clientId),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.body = logoutPage(form);
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience,
        scope: 'openid',
        accessTokenTTL: TOKEN_LIFETIME_SECONDS,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

/**
 * A local OpenID Connect issuer for trying the stack out: the accounts log in to the web pages, and each is a client of its own for
 * programs. A token: `curl -u clerk-lixia:SECRET -d grant_type=client_credentials URL/token`, good for 15 minutes.
 * Rejects when the port is taken.
 */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { port, host = '127.0.0.1' } = options;
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const url = options.issuerUrl ?? `http://${host}:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(url, configuration(options, await signingKey(options.folder)));
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!LOGIN_PATH.test(request.url!)) return void answer(request, response);
    void answerLogin(provider, options.accounts, request, response).catch((error: unknown) =>
      response.destroy(error as Error),
    );
  });
  return { url, close: () => closeServer(server) };
}

async function closeServer(server: ReturnType<typeof createServer>) {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
