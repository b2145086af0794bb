import { connect, type Socket } from 'node:net';
import { ProviderUnavailable, ProviderUnknown } from '@lianban/adapter-kit';
import { fingerprintOf, sshKeyOf } from '@lianban/service-kit';
import ssh2 from 'ssh2';
import SftpClient from 'ssh2-sftp-client';

const KEEPALIVE = { keepaliveInterval: 1_000, keepaliveCountMax: 3 };
/** Its listeners print otherwise. */
const SILENT = { error: () => {}, end: () => {}, close: () => {} };
const SEED_BYTES = 32;
const DEFAULT_PORT = 22;

export interface ServerAddress {
  /** `sftp://host:port` */
  url: string;
  /** Fingerprints of host keys: no other is believed. */
  hostKeys: readonly string[];
  user: string;
  /** Private keys, the newest first: the others are tried where it is not accepted. */
  keys(): readonly string[];
  /** Milliseconds that a connection may take. */
  timeout: number;
}

/** The SFTP server of a company: a connection for each piece of work, closed when it is over. */
export class CompanyServer {
  constructor(private readonly address: ServerAddress) {}

  /** @throws ProviderUnavailable where nothing was done, ProviderUnknown where something may have been */
  async run<T>(work: (client: SftpClient) => Promise<T>): Promise<T> {
    const { url, timeout } = this.address;
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port || DEFAULT_PORT), noDelay: true });
    const client = new SftpClient('lianban', SILENT);
    const timer = setTimeout(() => socket.destroy(new Error(`took longer than ${timeout} ms`)), timeout);
    try {
      await this.logIn(client, socket);
      return await work(client).catch(toFailure);
    } finally {
      clearTimeout(timer);
      client.end().catch(() => {});
      socket.destroySoon();
    }
  }

  private async logIn(client: SftpClient, sock: Socket): Promise<void> {
    const { hostKeys, user: username, keys, timeout: readyTimeout } = this.address;
    let shown: string | undefined;
    const hostVerifier = (key: Buffer): boolean => hostKeys.includes((shown = fingerprintOf(key)));
    const authHandler = keys().map((key) => ({
      type: 'publickey' as const,
      username,
      key: toPrivateKey(key)!,
    }));
    try {
      const failed = new Promise<never>((_, reject) => sock.once('error', reject));
      const login = client.connect({
        ...KEEPALIVE,
        sock,
        username,
        readyTimeout,
        hostVerifier,
        authHandler,
      } as never);
      await Promise.race([login, failed]);
    } catch (error) {
      const { message } = error as Error;
      if (shown !== undefined && !hostKeys.includes(shown))
        throw new ProviderUnavailable(`shows the host key ${shown}, which is not the pinned one`);
      if (message.includes('authentication methods failed'))
        throw new ProviderUnavailable(`does not let ${username} in with our key`);
      throw new ProviderUnavailable(`cannot connect: ${message}`);
    }
  }
}

/** Did the server answer so of one file? Else there is no telling what it has done. */
export const isAnswer = (error: unknown): boolean => typeof (error as { code?: unknown }).code === 'number';

function toFailure(error: unknown): never {
  if (!('custom' in (error as Error)) && !('code' in (error as Error))) throw error;
  const { message } = error as Error;
  if (isAnswer(error)) throw new ProviderUnavailable(`refuses: ${message}`);
  throw new ProviderUnknown(`was cut off: ${message}`);
}

/** A secret is the base64 of a key as a file, without a passphrase, or of the 32 bytes of one; undefined where it is neither. */
export function toPrivateKey(secret: string): string | undefined {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const key = bytes.length === SEED_BYTES ? sshKeyOf(bytes).privateKey : bytes.toString('utf8');
  const parsed = ssh2.utils.parseKey(key);
  return parsed instanceof Error || !parsed.isPrivateKey() ? undefined : key;
}
