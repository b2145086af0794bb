import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import { Provider } from 'oidc-provider';
import type { ClientMetadata, Configuration } from 'oidc-provider';
import type { Account } from './accounts.js';
import { StatelessOidcAdapter } from './stateless-oidc.adapter.js';
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
}

export interface Issuer {
  url: string;
  close(): Promise<void>;
}

const TOKEN_LIFETIME_SECONDS = 900;
/** Stands for all of the stack's services: a token is for them where nothing else is asked. */
const RESOURCE = 'urn:lianban:services';

const asClient = ({ name, secret }: Account): ClientMetadata => ({
  client_id: name,
  client_secret: secret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
});

function claimsOf(accounts: readonly Account[], name: string | undefined) {
  const account = accounts.find((known) => known.name === name);
  return account && { role: account.role, hall: account.hall, provider: account.provider };
}

const configuration = ({ audience, accounts }: IssuerOptions, key: JWK): Configuration => ({
  adapter: StatelessOidcAdapter,
  clients: accounts.map(asClient),
  jwks: { keys: [key] } as Configuration['jwks'],
  cookies: { keys: [randomBytes(32).toString('hex')] },
  ttl: { ClientCredentials: TOKEN_LIFETIME_SECONDS },
  extraTokenClaims: (_, token) => claimsOf(accounts, token.clientId),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      getResourceServerInfo: () => ({
        audience,
        scope: '',
        accessTokenTTL: TOKEN_LIFETIME_SECONDS,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

/**
 * A local OpenID Connect issuer for trying the stack out: `client_credentials` only, one client per account. A token:
 * `curl -u clerk-lixia:SECRET -d grant_type=client_credentials URL/token`, good for 15 minutes.
 * Rejects when the port is taken.
 */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { port, host = '127.0.0.1' } = options;
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const url = options.issuerUrl ?? `http://${host}:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(url, configuration(options, await signingKey(options.folder)));
  server.on('request', provider.callback());
  return { url, close: () => closeServer(server) };
}

async function closeServer(server: ReturnType<typeof createServer>) {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
