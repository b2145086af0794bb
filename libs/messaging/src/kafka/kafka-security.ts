import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { ConfigInvalid } from '@lianban/service-kit';
import type { MessagingConfig } from '../messaging.config.js';

/** How connections to Kafka are secured. Files are read anew for each connection, so that changed ones are used. */
export type KafkaSecurity = Pick<
  MessagingConfig,
  'kafkaSecurity' | 'kafkaCaFile' | 'kafkaCertFile' | 'kafkaKeyFile' | 'kafkaUsername' | 'kafkaPassword'
>;

type Field = Exclude<keyof KafkaSecurity, 'kafkaSecurity'>;

const VARIABLES: Record<Field, string> = {
  kafkaCaFile: 'KAFKA_CA_FILE',
  kafkaCertFile: 'KAFKA_CERT_FILE',
  kafkaKeyFile: 'KAFKA_KEY_FILE',
  kafkaUsername: 'KAFKA_USERNAME',
  kafkaPassword: 'KAFKA_PASSWORD',
};
const REQUIRED: Record<KafkaSecurity['kafkaSecurity'], Field[]> = {
  plaintext: [],
  tls: [],
  mtls: ['kafkaCertFile', 'kafkaKeyFile'],
  scram: ['kafkaUsername', 'kafkaPassword'],
};
const ONE_CA_IN_FOLDER = /\.(crt|pem)$/;

/** @throws ConfigInvalid where the settings do not fit together, or a file cannot be read */
export function checkSecurity(security: KafkaSecurity): void {
  const { kafkaSecurity } = security;
  const required = REQUIRED[kafkaSecurity];
  const allowed: Field[] = kafkaSecurity === 'plaintext' ? [] : ['kafkaCaFile', ...required];
  const errors = (Object.keys(VARIABLES) as Field[]).flatMap((field) => {
    const isSet = security[field] !== undefined;
    if (!isSet && required.includes(field))
      return `KAFKA_SECURITY=${kafkaSecurity} needs ${VARIABLES[field]}`;
    return isSet && !allowed.includes(field)
      ? `KAFKA_SECURITY=${kafkaSecurity} does not use ${VARIABLES[field]}`
      : [];
  });
  if (errors.length === 0) errors.push(...unreadableFiles(security));
  if (errors.length > 0) throw new ConfigInvalid(errors);
}

function unreadableFiles(security: KafkaSecurity): string[] {
  try {
    tlsOptions(security);
    return [];
  } catch (error) {
    return [`a certificate for Kafka cannot be read: ${(error as Error).message}`];
  }
}

/** What a TLS connection is opened with now. */
export function tlsOptions({ kafkaCaFile, kafkaCertFile, kafkaKeyFile }: KafkaSecurity): ConnectionOptions {
  return {
    ...(kafkaCaFile && { ca: trustedFiles(kafkaCaFile).map((file) => readFileSync(file)) }),
    ...(kafkaCertFile && { cert: readFileSync(kafkaCertFile) }),
    ...(kafkaKeyFile && { key: readFileSync(kafkaKeyFile) }),
  };
}

/** The file itself, or every certificate in the folder. */
function trustedFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => ONE_CA_IN_FOLDER.test(name));
  if (files.length === 0) throw new Error(`${path} has no *.crt and no *.pem`);
  return files.map((name) => join(path, name));
}

/** The files with certificates that are used. */
export const certificatesOf = ({ kafkaCaFile, kafkaCertFile }: KafkaSecurity): string[] => [
  ...(kafkaCaFile ? trustedFiles(kafkaCaFile) : []),
  ...(kafkaCertFile ? [kafkaCertFile] : []),
];
