import { DatabaseConfig, loadConfig, openDatabase, serviceOptionsOf } from '@lianban/service-kit';
import { MODULES } from '../services.js';
import { runProgram } from './run-program.js';

/** As the owner of the schemas: what is missing in each, one service after the other. */
await runProgram(process.env, async (env, log) => {
  const config = Object.assign(loadConfig(DatabaseConfig, env), { migrate: true, databasePool: 2 });
  for (const [name, module] of MODULES) {
    const source = await openDatabase(name, config, serviceOptionsOf(module), (message) => log.warn(message));
    await source.destroy();
    log.log('migrated', { service: name });
  }
});
