import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv, type ValidateFunction } from 'ajv';
import { stringify } from 'yaml';
import { nameOf, type Resource } from './manifests.js';

const run = promisify(execFile);
/** Holds the schemas of Kubernetes' own kinds and checks strictly: https://pypi.org/project/kubernetes-validate/ */
const PACKAGE = 'kubernetes-validate==1.37.0';
/** The oldest and the newest cluster that the manifests are meant for. */
const VERSIONS = ['1.31', '1.34', '1.37'];

/** kubernetes-validate, which reads a megabyte of schemas anew for each resource, and YAML slowly. */
const VALIDATE = `
import functools, sys, yaml
import kubernetes_validate.utils as utils
utils.schema_contents = functools.cache(utils.schema_contents)
yaml.SafeLoader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
from kubernetes_validate.__main__ import main
sys.exit(main())`;

const FAULT = /^ERROR \S+ did not validate for resource (\S+) against version ([\d.]+): /;

const isBuiltIn = ({ apiVersion }: Resource): boolean =>
  !apiVersion.includes('.') ||
  /(^|\.)k8s\.io\//.test(apiVersion.replace('gateway.networking.k8s.io', 'gateway.'));

/** Checks resources by the schemas of operators in `folder`. */
export class DefinitionChecker {
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(folder: string) {
    const ajv = new Ajv({ allErrors: true, strict: false });
    for (const file of readdirSync(folder))
      this.validators.set(
        file.replace(/\.json$/, ''),
        ajv.compile(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object),
      );
  }

  errorsIn(resources: readonly Resource[]): string[] {
    return resources
      .filter((resource) => !isBuiltIn(resource))
      .flatMap((resource) => this.errorsOf(resource));
  }

  private errorsOf(resource: Resource): string[] {
    const { apiVersion, kind } = resource;
    const validate = this.validators.get(`${apiVersion.replace('/', '_')}_${kind}`);
    if (!validate) return [`${nameOf(resource)}: ${apiVersion} ${kind} is not known here (k8s/schemas)`];
    if (validate(resource)) return [];
    return validate.errors!.map(
      ({ instancePath, message, params }) =>
        `${nameOf(resource)}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );
  }
}

/** Checks Kubernetes' own kinds in every version above; Python keeps what it needs in `folder`. */
export async function builtInErrors(resources: readonly Resource[], cache: string): Promise<string[]> {
  await mkdir(cache, { recursive: true });
  // Its programs name the path they were installed by, which may be a link of somebody who goes away.
  const folder = await realpath(cache);
  const python = join(folder, 'venv/bin/python');
  if (!existsSync(join(folder, 'venv/bin/kubernetes-validate'))) {
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE]);
  }
  const work = await mkdtemp(join(tmpdir(), 'lianban-manifests-'));
  const file = join(work, 'manifests.yaml');
  await writeFile(
    file,
    resources
      .filter(isBuiltIn)
      .map((resource) => stringify(resource))
      .join('---\n'),
  );
  const versions = VERSIONS.flatMap((version) => ['-k', version]);
  const errors = await run(python, ['-c', VALIDATE, '--strict', ...versions, file]).then(
    () => [],
    ({ stdout = '', stderr = '' }: { stdout?: string; stderr?: string }) => {
      const said = `${stdout}${stderr}`;
      const lines = said.split('\n').filter((line) => line.startsWith('ERROR') || line.includes('Error'));
      // It may also refuse as a whole, a version that it does not know for example.
      return lines.length > 0 ? lines.map((line) => line.replace(FAULT, 'Kubernetes $2: $1: ')) : [said];
    },
  );
  await rm(work, { recursive: true });
  return errors;
}
