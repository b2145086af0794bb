import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generate.js';
import { checkOverlays } from './check-overlays.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

// generate: writes what the manifests must know of the code. check: finds what is wrong in every overlay. Exit code 1 where something is.
const commands: Record<string, () => Promise<string[]>> = {
  generate: async () => {
    for (const [path, text] of Object.entries(generatedFiles())) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return [];
  },
  check: async () => [
    ...outdatedFiles(),
    ...(await checkOverlays(root, (line) => process.stdout.write(`${line}\n`))),
  ],
};

function outdatedFiles(): string[] {
  const isCurrent = (path: string, text: string): boolean =>
    existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === text;
  return Object.entries(generatedFiles())
    .filter(([path, text]) => !isCurrent(path, text))
    .map(([path]) => `${path} is not what npm run k8s:generate writes`);
}

const command = commands[process.argv[2] ?? ''];
if (!command) throw new Error(`one of ${Object.keys(commands).join(', ')} is needed`);
const errors = await command();
for (const error of errors) process.stderr.write(`${error}\n`);
process.exitCode = errors.length === 0 ? 0 : 1;
