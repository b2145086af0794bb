import { SERVICES } from '@lianban/contracts';
import { schemaOf } from '@lianban/service-kit';
import type { Client } from 'pg';
import { INSTALLATION } from './installation.js';

/**
 * Makes a schema and a user for each service, once, as an administrator, and what remembers the transport; harmless to
 * repeat. `passwordOf` gives each service's password. Somebody who may not make users finds them made, and leaves their passwords
 * to who made them.
 */
export async function prepareDatabase(
  admin: Pick<Client, 'query'>,
  passwordOf: (service: string) => string,
  services: readonly string[] = SERVICES,
): Promise<void> {
  await admin.query(INSTALLATION);
  const { rowCount: makesRoles } = await admin.query(
    'select 1 from pg_roles where rolname = current_user and (rolsuper or rolcreaterole)',
  );
  for (const service of services) {
    const schema = schemaOf(service);
    if (makesRoles) await prepareRole(admin, schema, passwordOf(service));
    await admin.query(`create schema if not exists ${schema} authorization ${schema}`);
  }
}

async function prepareRole(admin: Pick<Client, 'query'>, role: string, password: string): Promise<void> {
  const quoted = `'${password.replaceAll("'", "''")}'`;
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
  await admin.query(`${rowCount ? 'alter' : 'create'} role ${role} login password ${quoted}`);
}
