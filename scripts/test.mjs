// npm test: installs, builds, checks, and runs every spec on a real PostgreSQL and a real Kafka.
// The last line reads "N passed, N failed"; without Kafka it runs the rest, says so, and fails.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepTemporaryFilesInMemory } from './memory-folder.mjs';
import { node, prepare, root } from './prepare.mjs';

prepare();
if (process.execPath !== node) {
  // The engines and the specs run on the project's own Node.
  spawn(node, process.argv.slice(1), { stdio: 'inherit', cwd: root }).on('exit', (code) =>
    process.exit(code ?? 1),
  );
} else {
  await main();
}

async function main() {
  const forget = keepTemporaryFilesInMemory();
  const { startEngines } = await import('./engines.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'lianban-results-'));
  const totals = { passed: 0, failed: 0 };
  const checks = ['check:format', 'check:types', 'check:lint', 'k8s:check'].map((check) =>
    run('npm', ['run', '--silent', check]),
  );
  for (const code of await Promise.all(checks)) totals[code === 0 ? 'passed' : 'failed'] += 1;
  const engines = startEngines();
  // Who interrupts a run gets back what it holds.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, async () => {
      await (await engines).stop();
      forget();
      process.exit(1);
    });
  await jest('jest.config.js', ['--maxWorkers=2'], {}, folder, totals);
  const { env, missing, stop } = await engines;
  const kafkaSpecs = missing ? ['--testPathIgnorePatterns', '\\.(kafka|flow)\\.spec'] : [];
  await jest('jest.engines.config.js', kafkaSpecs, env, folder, totals);
  await stop();
  rmSync(folder, { recursive: true, force: true });
  forget();
  if (missing) {
    console.log(
      `Kafka cannot run here: ${missing}. The specs that need it were not run, and that is a failure.`,
    );
    totals.failed += 1;
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  process.exit(totals.failed === 0 ? 0 : 1);
}

async function jest(config, more, env, folder, totals) {
  const file = join(folder, `${config}.json`);
  const args = ['--no-warnings', 'node_modules/jest/bin/jest.js', '--config', config];
  await run(node, [...args, '--forceExit', '--json', `--outputFile=${file}`, ...more], env);
  const results = read(file);
  if (!results) return (totals.failed += 1);
  totals.passed += results.numPassedTests;
  // A suite that could not run counts for one: it has no tests to count.
  totals.failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function run(command, args, env = {}) {
  const stdio = ['ignore', args.includes('--json') ? 'ignore' : 'inherit', 'inherit'];
  return new Promise((resolve) =>
    spawn(command, args, { cwd: root, stdio, env: { ...process.env, ...env } }).on('exit', (code) =>
      resolve(code ?? 1),
    ),
  );
}
