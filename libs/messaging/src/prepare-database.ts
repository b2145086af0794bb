import { SERVICES } from '@lianban/contracts';
import { schemaOf } from '@lianban/service-kit';
import type { Client } from 'pg';
import { INSTALLATION } from './installation.js';

/**
 * Makes a schema and a user for each service, once, as an administrator, and what remembers the transport; harmless to
 * repeat. `passwordOf` gives each service's password.
 */
export async function prepareDatabase(
  admin: Pick<Client, 'query'>,
  passwordOf: (service: string) => string,
  services: readonly string[] = SERVICES,
): Promise<void> {
  await admin.query(INSTALLATION);
  for (const service of services) await prepareSchema(admin, schemaOf(service), passwordOf(service));
}

async function prepareSchema(admin: Pick<Client, 'query'>, schema: string, password: string): Promise<void> {
  const quoted = `'${password.replaceAll("'", "''")}'`;
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [schema]);
  await admin.query(`${rowCount ? 'alter' : 'create'} role ${schema} login password ${quoted}`);
  await admin.query(`create schema if not exists ${schema} authorization ${schema}`);
}
