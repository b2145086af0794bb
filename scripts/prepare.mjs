// Installs what is missing and builds what changed; quick when there is nothing to do. Runs on any Node ≥ 20.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** Node 24 from the project's own dependencies. */
export const node = join(root, 'node_modules/node/bin/node');

const STAMP = join(root, 'node_modules/.lianban-built');
const INSTALLED = join(root, 'node_modules/.package-lock.json');

export function prepare() {
  if (!existsSync(node) || isNewer(join(root, 'package-lock.json'), INSTALLED)) {
    const install = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
    console.log('Installing packages (once, about a minute) …');
    // What npm has kept already is not asked for again, unless it is too old to know a version.
    if (spawn('npm', [...install, '--prefer-offline'], 'pipe').status !== 0) run('npm', install);
    writeFileSync(INSTALLED, '', { flag: 'a' });
  }
  if (!existsSync(STAMP) || !parts().every(isBuilt) || newest(sources()) > statSync(STAMP).mtimeMs) {
    console.log('Building …');
    run(node, ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'build', '--output-style=static'], 'pipe');
    writeFileSync(STAMP, '');
  }
}

const parts = () =>
  ['libs', 'apps', 'tools'].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => join(root, kind, name)),
  );
const sources = () =>
  parts().flatMap((part) => ['src', 'pages', 'package.json'].map((name) => join(part, name)));
const isBuilt = (part) =>
  existsSync(join(part, 'dist')) || !readFileSync(join(part, 'package.json'), 'utf8').includes('"build"');

function newest(paths) {
  return paths.reduce((latest, path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return latest;
    const below = found.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : 0;
    return Math.max(latest, found.mtimeMs, below);
  }, 0);
}

function isNewer(a, b) {
  return !existsSync(b) || statSync(a).mtimeMs > statSync(b).mtimeMs;
}

const spawn = (command, args, stdio) =>
  spawnSync(command, args, { cwd: root, stdio, env: { ...process.env, NX_DAEMON: 'false' } });

function run(command, args, stdio = 'inherit') {
  const { status, stdout, stderr } = spawn(command, args, stdio);
  if (status === 0) return;
  if (stdio === 'pipe') console.error(String(stdout), String(stderr));
  console.error(`${command} ${args.join(' ')} failed.`);
  process.exit(1);
}
