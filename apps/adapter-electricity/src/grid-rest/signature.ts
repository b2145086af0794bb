import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

export const SIGNATURES = ['hmac', 'sm2'] as const;
export type SignatureMethod = (typeof SIGNATURES)[number];

interface Signature {
  sign(text: Uint8Array, secret: string): Promise<string>;
  isBy(key: string, text: Uint8Array, signature: string): Promise<boolean>;
}

/** A secret is the bytes after `whsec_` in base64, or else a text. */
const bytesOf = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);

/** HMAC-SHA256 in base64; both sides have the secret. */
const hmac: Signature = {
  sign: async (text, secret) => createHmac('sha256', bytesOf(secret)).update(text).digest('base64'),
  async isBy(secret, text, signature) {
    const [one, other] = [Buffer.from(await hmac.sign(text, secret)), Buffer.from(signature)];
    return one.length === other.length && timingSafeEqual(one, other);
  },
};

// Loaded by those who need it: most grid companies do not.
const loadSm2 = async () => (await import('sm-crypto-v2')).sm2;

/**
 * SM2 with SM3 (GB/T 32918.2), r then s in hex, the usual user id `1234567812345678`. Our secret is our private key, the key to
 * check with is the company's public one.
 */
const sm2: Signature = {
  sign: async (text, secret) => {
    const privateKey = secret.startsWith('whsec_') ? bytesOf(secret).toString('hex') : secret;
    return (await loadSm2()).doSignature(text, privateKey, { hash: true });
  },
  isBy: async (publicKey, text, signature) =>
    /^[0-9a-f]{128}$/i.test(signature) &&
    (await loadSm2()).doVerifySignature(text, signature, publicKey, { hash: true }),
};

const METHODS: Record<SignatureMethod, Signature> = { hmac, sm2 };

const signedText = (timestamp: string, nonce: string, body: string | Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), Buffer.from(body)]);

/** The headers that prove who sent a body, and when. */
export async function sign(
  method: SignatureMethod,
  body: string,
  secret: string,
  at: Date,
): Promise<Record<string, string>> {
  const [timestamp, nonce] = [String(Math.floor(at.getTime() / 1_000)), randomUUID()];
  return {
    'x-grid-timestamp': timestamp,
    'x-grid-nonce': nonce,
    'x-grid-signature': await METHODS[method].sign(signedText(timestamp, nonce, body), secret),
  };
}

/** Who signed a body when: the key, the first of these that fits; undefined where none does. */
export async function signerOf(
  method: SignatureMethod,
  body: Uint8Array,
  headers: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Promise<{ key: string; at: Date } | undefined> {
  const given = (name: string): string => String(headers[`x-grid-${name}`] ?? '');
  const timestamp = given('timestamp');
  if (!/^\d{1,11}$/.test(timestamp)) return undefined;
  const text = signedText(timestamp, given('nonce'), body);
  for (const key of keys)
    if (await METHODS[method].isBy(key, text, given('signature')))
      return { key, at: new Date(Number(timestamp) * 1_000) };
  return undefined;
}
