import { SERVICES } from '@lianban/contracts';
import { schemaOf } from '@lianban/service-kit';
import type { Client } from 'pg';
import { INSTALLATION } from './installation.js';

type Session = Pick<Client, 'query'>;

/** Owns every schema, where services may not change tables. */
const OWNER = 'lianban_owner';

/**
 * Makes a schema and a user for each service, as an administrator, and what remembers the transport; harmless to repeat.
 * Each service owns its schema and migrates it, unless `ownerPassword` is given: then `lianban_owner` does, and services may
 * only read and write rows.
 */
export async function prepareDatabase(
  admin: Session,
  passwordOf: (service: string) => string,
  ownerPassword?: string,
): Promise<void> {
  await admin.query('begin');
  try {
    await admin.query(INSTALLATION);
    if (ownerPassword !== undefined) {
      await prepareRole(admin, OWNER, ownerPassword);
      await admin.query(`grant ${OWNER} to current_user`);
    }
    for (const service of SERVICES) {
      const schema = schemaOf(service);
      await prepareRole(admin, schema, passwordOf(service));
      if (ownerPassword === undefined)
        await admin.query(`create schema if not exists ${schema} authorization ${schema}`);
      else await admin.query(ownedSchema(schema));
    }
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback');
    throw error;
  }
}

async function prepareRole(admin: Session, role: string, password: string): Promise<void> {
  const quoted = `'${password.replaceAll("'", "''")}'`;
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
  await admin.query(`${rowCount ? 'alter' : 'create'} role ${role} login password ${quoted}`);
}

/** Rights on the tables that exist, and on those that migrations will make. */
const ownedSchema = (schema: string): string => `
  create schema if not exists ${schema} authorization ${OWNER};
  grant usage on schema ${schema} to ${schema};
  grant select, insert, update, delete, truncate on all tables in schema ${schema} to ${schema};
  grant usage, select on all sequences in schema ${schema} to ${schema};
  alter default privileges for role ${OWNER} in schema ${schema}
    grant select, insert, update, delete, truncate on tables to ${schema};
  alter default privileges for role ${OWNER} in schema ${schema}
    grant usage, select on sequences to ${schema};`;
