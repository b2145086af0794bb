import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

export interface TokenOptions {
  claims: JWTPayload;
  audience?: string;
  issuer?: string;
  /** Seconds since 1970. */
  expires?: number;
}

/** A small OpenID Connect issuer: discovery, keys that can be changed, and tokens for the asking. */
export class TestIssuer {
  url = '';
  isDown = false;
  keyFetches = 0;
  private key!: { id: string; secret: CryptoKey; publicKey: JWK };
  private readonly server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.statusCode = this.isDown ? 500 : 200;
    response.end(JSON.stringify(this.isDown ? {} : this.answer(request.url ?? '')));
  });

  static async start(): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    await issuer.changeKey('first');
    await new Promise<void>((done) => issuer.server.listen(0, '127.0.0.1', done));
    issuer.url = `http://127.0.0.1:${String((issuer.server.address() as AddressInfo).port)}`;
    return issuer;
  }

  /** What a service needs in its environment to believe this issuer. */
  get env() {
    return { OIDC_ISSUER: this.url, OIDC_AUDIENCE: 'lianban' };
  }

  async changeKey(id: string) {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    this.key = {
      id,
      secret: privateKey,
      publicKey: { ...(await exportJWK(publicKey)), kid: id, alg: 'RS256' },
    };
  }

  token({ claims, audience = 'lianban', issuer = this.url, expires }: TokenOptions): Promise<string> {
    return new SignJWT({ sub: 'somebody', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: this.key.id })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(expires ?? Math.floor(Date.now() / 1000) + 300)
      .sign(this.key.secret);
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private answer(path: string) {
    if (path === '/.well-known/openid-configuration')
      return { issuer: this.url, jwks_uri: `${this.url}/keys` };
    this.keyFetches += 1;
    return { keys: [this.key.publicKey] };
  }
}
