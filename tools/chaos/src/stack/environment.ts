import { createHmac } from 'node:crypto';
import { loadCatalogue } from '@lianban/catalogue';
import { schemaOf } from '@lianban/service-kit';
import { SimulatorProcess } from '@lianban/testing';
import type { Addresses, Instance } from './addresses.js';

export const PASSWORD = 'chaos';
export const DATABASE = 'lianban';
const SECRET = 'lianban-chaos';

/** A frozen process must be missed: longer than this is `stop`. */
export const SESSION_TIMEOUT_MS = 10_000;
export const CALL_TIMEOUT_MS = 1_000;
/** As adapters and notification compute it from their time-out. */
export const LEASE_MS = 2 * CALL_TIMEOUT_MS + 5_000;

/** Short times, so that what a cluster sees in hours is seen here in a minute. */
const SETTINGS = {
  DATABASE_POOL: '6',
  CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
  DELIVERY_FIRST_WAIT_MS: '200',
  DELIVERY_MAX_WAIT_MS: '2000',
  DELIVERY_MAX_TRIES: '60',
  DELIVERY_BATCH_MS: '300',
  REPORT_POLL_MS: '500',
  CIRCUIT_RESET_MS: '1000',
  SMS_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
  SMS_FIRST_WAIT_MS: '200',
  SMS_BATCH_WINDOW_MS: '1000',
  SMS_HOURS: '0-24',
  KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
  TRUST_PROXY: 'true',
  LOG_LEVEL: 'info',
};

export interface ProcessContext {
  addresses: Addresses;
  issuer: { OIDC_ISSUER: string; OIDC_AUDIENCE: string };
  catalogueFolder: string;
  /** A Kafka that is not ours, `host:port`. */
  brokers?: string;
  /** What the names of topics and groups begin with. */
  prefix: string;
}

export function envOf({ service, port }: Instance, context: ProcessContext): Record<string, string> {
  const { addresses } = context;
  const local = (at: number): string => `http://127.0.0.1:${at}`;
  return {
    ...SETTINGS,
    ...context.issuer,
    PORT: String(port),
    CATALOGUE_FOLDER: context.catalogueFolder,
    DATABASE_URL: databaseUrl(schemaOf(service), addresses.via(`postgres.${service}`)),
    TRANSPORT: 'kafka',
    KAFKA_BROKERS: context.brokers ?? `127.0.0.1:${addresses.via('kafka')}`,
    TOPIC_PREFIX: context.prefix,
    GROUP_PREFIX: context.prefix,
    ...((service === 'intake' || service === 'notification') && {
      QUERY_CODE_SECRET: `1:${SECRET.repeat(4)}`,
    }),
    ...(service === 'notification' && { SMS_GATEWAY_URL: `${local(addresses.via('sms'))}/sms` }),
    ...(service.startsWith('adapter-') && {
      PROVIDERS_URL: local(addresses.via(`provider.${service.slice('adapter-'.length)}`)),
      PROVIDERS_SFTP_URL: `sftp://127.0.0.1:${addresses.via('provider.heat.sftp')}`,
      PROVIDERS_SFTP_HOST_KEY: SimulatorProcess.hostKeyOf(SECRET),
      PUBLIC_URL: local(addresses.via('reports')),
      PROVIDER_SECRETS: JSON.stringify(providerSecrets(context.catalogueFolder)),
    }),
  };
}

export function simulatorEnv(
  { addresses, catalogueFolder }: ProcessContext,
  folder: string,
  stageMs: number,
): Record<string, string> {
  return {
    PORT: String(addresses.simulator),
    SFTP_PORT: String(addresses.simulatorSftp),
    SIMULATOR_SECRET: SECRET,
    SIMULATOR_DATA: folder,
    SIMULATOR_STAGE_MS: String(stageMs),
    SIMULATOR_MAX_KEPT: '1000000',
    CATALOGUE_FOLDER: catalogueFolder,
    LOG_LEVEL: 'warn',
  };
}

export const databaseUrl = (user: string, port: number): string =>
  `postgres://${user}:${PASSWORD}@127.0.0.1:${port}/${DATABASE}`;

/** The rule by which the simulated providers know their secrets. */
function providerSecrets(catalogueFolder: string): Record<string, string> {
  const secretOf = (id: string): string =>
    `whsec_${createHmac('sha256', SECRET).update(id).digest('base64')}`;
  return Object.fromEntries(
    loadCatalogue(catalogueFolder)
      .providers()
      .flatMap(({ id, credential }) => (credential ? [[credential, secretOf(id)]] : [])),
  );
}
