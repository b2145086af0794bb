import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { connect, createSecureContext, type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { MessagingConfig } from '../messaging.config.js';

const KEEP_ALIVE_MS = 60_000;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g;

type SecuritySettings = Pick<
  MessagingConfig,
  | 'kafkaSecurity'
  | 'kafkaCaFile'
  | 'kafkaCertFile'
  | 'kafkaKeyFile'
  | 'kafkaUsername'
  | 'kafkaPassword'
  | 'kafkaPasswordFile'
>;

export const securityOf = (settings: SecuritySettings): KafkaSecurity | undefined =>
  settings.kafkaSecurity === 'plaintext' ? undefined : new KafkaSecurity(settings);

/** Certificates and credentials for connections to Kafka. Files are read for each connection, so that changed ones need no restart. */
export class KafkaSecurity {
  /** @throws Error with one sentence where files are missing or do not fit together */
  constructor(private readonly settings: SecuritySettings) {
    const { ca, cert, key } = this.readCertificates();
    attempt('KAFKA_CERT_FILE and KAFKA_KEY_FILE', () => createSecureContext({ ca, cert, key }));
    if (this.hasPassword) this.readCredentials();
  }

  connect(host: string, port: number, onConnect: () => void): TLSSocket {
    const servername = isIP(host) ? undefined : host;
    const socket = connect({ host, port, servername, ...this.readCertificates() }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.once('error', (error) => {
      if (!socket.authorizationError) return;
      const cas = this.settings.kafkaCaFile ?? 'the CAs of Node.js';
      error.message = `${host}:${port} cannot be trusted with ${cas}: ${error.message}`;
    });
    return socket;
  }

  get hasPassword(): boolean {
    return this.settings.kafkaSecurity === 'scram';
  }

  readCredentials(): { username: string; password: string } {
    const { kafkaUsername, kafkaPassword, kafkaPasswordFile: file } = this.settings;
    const password = file === undefined ? kafkaPassword : read('KAFKA_PASSWORD_FILE', file).trim();
    return { username: kafkaUsername!, password: password! };
  }

  /** When the first certificate of each file expires; what cannot be read counts as expired. */
  readExpiries(): { file: string; expiresAt: Date }[] {
    const { kafkaCaFile, kafkaCertFile } = this.settings;
    return [kafkaCaFile, kafkaCertFile].flatMap((path) => (path ? expiriesIn(path) : []));
  }

  private readCertificates(): SecureContextOptions {
    const { kafkaCaFile, kafkaCertFile, kafkaKeyFile } = this.settings;
    return {
      ca: kafkaCaFile && attempt('KAFKA_CA_FILE', () => trustedIn(kafkaCaFile)),
      cert: kafkaCertFile && read('KAFKA_CERT_FILE', kafkaCertFile),
      key: kafkaKeyFile && read('KAFKA_KEY_FILE', kafkaKeyFile),
    };
  }
}

const read = (variable: string, file: string): string => attempt(variable, () => readFileSync(file, 'utf8'));

function attempt<T>(variables: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Error(`${variables} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

const trustedIn = (path: string): string[] => filesOf(path).flatMap(certificatesIn).map(String);

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => /\.(crt|pem)$/.test(name));
  if (files.length === 0) throw new Error(`${path} has no *.crt and no *.pem`);
  return files.map((name) => join(path, name));
}

function certificatesIn(file: string): X509Certificate[] {
  const found = readFileSync(file, 'utf8').match(CERTIFICATE);
  if (!found) throw new Error(`${file} has no certificate`);
  return found.map((text) => new X509Certificate(text));
}

function expiriesIn(path: string): { file: string; expiresAt: Date }[] {
  try {
    return filesOf(path).map((file) => ({ file, expiresAt: expiryOf(file) }));
  } catch {
    return [{ file: path, expiresAt: new Date(0) }];
  }
}

const expiryOf = (file: string): Date =>
  new Date(Math.min(...certificatesIn(file).map(({ validTo }) => Date.parse(validTo))));
