import pg from 'pg';
import { parse } from 'pg-connection-string';
import type { DatabaseConfig } from './database.config.js';
import { PreparingClient } from './preparing-client.js';

/** Address, user, password and TLS of a connection; read anew for each, so that changed passwords and certificates are used. */
function connectionSettings({ databaseUrl, databasePassword }: DatabaseConfig): pg.ClientConfig {
  const { options: _, ...settings } = parse(databaseUrl);
  return { ...settings, password: settings.password || databasePassword } as pg.ClientConfig;
}

/** The class of connections to that database. */
export const clientOf = (config: DatabaseConfig): new (settings: pg.ClientConfig) => pg.Client =>
  class extends PreparingClient {
    constructor(settings: pg.ClientConfig) {
      super({ ...settings, ...connectionSettings(config) });
    }
  };

/** Where the database is, without user and password. */
export function addressOf({ databaseUrl }: DatabaseConfig): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port || '5432'}${pathname}`;
}

/** The file of the authority that its certificate is verified with. */
export const rootCertificateOf = ({ databaseUrl }: DatabaseConfig): string | undefined =>
  new URL(databaseUrl).searchParams.get('sslrootcert') ?? undefined;
