import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Provider } from '@lianban/catalogue';
import { sm2 } from 'sm-crypto-v2';

const bytesOf = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64');

/** The company's own private key for `sm2`, hex: from what it shares with us, so that a restart changes nothing. */
const privateKeyOf = (secret: string): string =>
  createHash('sha256').update(`company ${secret}`).digest('hex');

const isSm2 = ({ settings }: Provider): boolean => settings?.signature === 'sm2';

const textOf = (timestamp: string, nonce: string, body: string): string => `${timestamp}\n${nonce}\n${body}`;

const hmacOf = (text: string, secret: string): string =>
  createHmac('sha256', bytesOf(secret)).update(text).digest('base64');

/** Is the body of a call to this provider signed by us? */
export function isSigned(
  provider: Provider,
  secret: string,
  headers: IncomingHttpHeaders,
  body: string,
): boolean {
  const given = (name: string): string => String(headers[`x-grid-${name}`] ?? '');
  const text = textOf(given('timestamp'), given('nonce'), body);
  const signature = given('signature');
  if (!isSm2(provider)) return signature === hmacOf(text, secret);
  const ours = sm2.getPublicKeyFromPrivateKey(bytesOf(secret).toString('hex'));
  return /^[0-9a-f]{128}$/.test(signature) && sm2.doVerifySignature(text, signature, ours, { hash: true });
}

/** The headers by which this provider signs what it calls us with. */
export function signatureOf(provider: Provider, secret: string, body: string): Record<string, string> {
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1_000)), randomUUID()];
  const text = textOf(timestamp, nonce, body);
  const signature = isSm2(provider)
    ? sm2.doSignature(text, privateKeyOf(secret), { hash: true })
    : hmacOf(text, secret);
  return { 'x-grid-timestamp': timestamp, 'x-grid-nonce': nonce, 'x-grid-signature': signature };
}
