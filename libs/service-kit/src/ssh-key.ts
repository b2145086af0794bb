import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

const TYPE = 'ssh-ed25519';
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface SshKey {
  /** As a file of OpenSSH, without a passphrase. */
  privateKey: string;
  /** As it goes over the wire. */
  publicKey: Buffer;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  fingerprint: string;
}

/** The SSH key (Ed25519) of 32 secret bytes. */
export function sshKeyOf(seed: Uint8Array): SshKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const bytes = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const publicKey = Buffer.concat([text(TYPE), text(bytes)]);
  return { privateKey: toOpenSsh(seed, bytes, publicKey), publicKey, fingerprint: fingerprintOf(publicKey) };
}

/** Of a public key as it goes over the wire. */
export const fingerprintOf = (publicKey: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;

/** The format of OpenSSH's PROTOCOL.key. */
function toOpenSsh(seed: Uint8Array, bytes: Uint8Array, publicKey: Buffer): string {
  const secret = Buffer.concat([seed, bytes]);
  const own = Buffer.concat([number(0), number(0), text(TYPE), text(bytes), text(secret), text('')]);
  const padding = Buffer.from(Array.from({ length: -own.length & 7 }, (_, index) => index + 1));
  const head = [Buffer.from('openssh-key-v1\0'), text('none'), text('none'), text(''), number(1)];
  const file = Buffer.concat([...head, text(publicKey), text(Buffer.concat([own, padding]))]);
  const lines = file.toString('base64').match(/.{1,70}/g)!;
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const text = (value: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([number(bytes.length), bytes]);
};
