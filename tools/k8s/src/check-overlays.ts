import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fetchKubectl, render } from './kubectl.js';
import { parseManifests, type Resource } from './manifests.js';
import { RULES, imagesFrom, keepsSecretsOut } from './rules.js';
import { builtInErrors, DefinitionChecker } from './schemas.js';

const SITE_REGISTRY = 'registry.example.cn';

/** Renders every overlay and every combination of k8s/tests, and says what is wrong, a sentence each. */
export async function checkOverlays(root: string, say: (line: string) => void): Promise<string[]> {
  const tools = join(root, 'node_modules/.cache/lianban-k8s');
  const kubectl = await fetchKubectl(tools);
  const definitions = new DefinitionChecker(join(root, 'k8s/schemas'));
  const errors: string[] = [];
  const all = new Map<string, Resource>();
  for (const overlay of overlaysIn(join(root, 'k8s'))) {
    const resources = parseManifests(await render(kubectl, join(root, 'k8s', overlay)));
    const found = [
      ...RULES.flatMap((rule) => rule(resources)),
      ...(overlay === 'overlays/demo' ? [] : keepsSecretsOut(resources)),
      ...(overlay === 'overlays/air-gapped' ? imagesFrom(SITE_REGISTRY)(resources) : []),
      ...definitions.errorsIn(resources),
    ];
    say(`${overlay.padEnd(40)} ${String(resources.length).padStart(4)} resources, ${found.length} wrong`);
    errors.push(...found.map((error) => `${overlay}: ${error}`));
    for (const resource of resources) all.set(JSON.stringify(resource), resource);
  }
  return [...errors, ...(await builtInErrors([...all.values()], tools))];
}

const overlaysIn = (k8s: string): string[] =>
  ['overlays', 'tests'].flatMap((folder) =>
    existsSync(join(k8s, folder)) ? readdirSync(join(k8s, folder)).map((name) => `${folder}/${name}`) : [],
  );
