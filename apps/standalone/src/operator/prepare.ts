import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDatabase } from '@lianban/messaging';
import {
  addressOf,
  classifyDatabaseError,
  clientOf,
  ConfigInvalid,
  DatabaseConfig,
  loadConfig,
  untilThere,
} from '@lianban/service-kit';
import { PrepareConfig } from './operator.config.js';
import { runProgram } from './run-program.js';

/** As an administrator: the owner's role, and a schema and a role that may only read and write rows for each service. */
await runProgram(process.env, async (env, log) => {
  const warn = (message: string): void => log.warn(message);
  const config = loadConfig(DatabaseConfig, env);
  const { rolePasswordsDir } = loadConfig(PrepareConfig, env);
  const passwordOf = (name: string): string => {
    try {
      return readFileSync(join(rolePasswordsDir, name), 'utf8').trim();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ConfigInvalid([`ROLE_PASSWORDS_DIR has no readable file ${name} (${code})`]);
    }
  };
  const Client = clientOf(config);
  const connect = async () => {
    const admin = new Client({ application_name: 'prepare' });
    await admin.connect();
    return admin;
  };
  const isWorthWaiting = (error: unknown): boolean => classifyDatabaseError(error) !== 'permanent';
  const admin = await untilThere(warn, `PostgreSQL at ${addressOf(config)}`, connect, isWorthWaiting);
  try {
    await prepareDatabase(admin, passwordOf, passwordOf('owner'));
  } finally {
    await admin.end();
  }
  log.log('the database is prepared');
});
