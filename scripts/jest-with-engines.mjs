// npm run jest:engines -- <path>: the specs that need PostgreSQL or Kafka, with both started for them.
import { spawn } from 'node:child_process';
import { startEngines } from './engines.mjs';
import { keepTemporaryFilesInMemory } from './memory-folder.mjs';

const forget = keepTemporaryFilesInMemory();
const { env, missing, stop } = await startEngines();
if (missing) console.error(`Kafka cannot run here: ${missing}. Its specs will fail.`);
const jest = spawn(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--config', 'jest.engines.config.js', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, ...env } },
);
// Who interrupts it gets back what it holds: the engines stop after Jest.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.on('exit', async (code) => {
  await stop();
  forget();
  process.exit(code ?? 1);
});
