// npm run jest:engines -- <path>: the specs that need PostgreSQL or Kafka, with both started for them.
import { spawn } from 'node:child_process';
import { startEngines } from './engines.mjs';

const { env, missing, stop } = await startEngines();
if (missing) console.error(`Kafka cannot run here: ${missing}. Its specs will fail.`);
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--config',
    'jest.engines.config.js',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...process.env, ...env } },
);
jest.on('exit', async (code) => {
  await stop();
  process.exit(code ?? 1);
});
