// npm run web:client: writes the client that the pages use, from the documents in docs/api. One document for all services: what five
// adapters answer alike becomes one call with the utility, or the service, as its parameter.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { root } from './prepare.mjs';

const SERVICES = ['intake', 'tracking', 'notification', 'routing', 'adapter-water'];
const UTILITIES = ['water', 'electricity', 'gas', 'heat', 'telecom'];
const NOT_FOR_PAGES = /^\/(health|metrics)|^\/v1\/providers\/|^\/v1\/track\/page$/;

const read = (service) => JSON.parse(readFileSync(join(root, 'docs/api', `${service}.json`), 'utf8'));

/** The parts of a path that differ from service to service, as parameters. */
function generalised(path) {
  const parameters = [];
  const add = (name, values) => {
    parameters.push({ name, in: 'path', required: true, schema: { type: 'string', ...values } });
    return `{${name}}`;
  };
  const general = path
    .replace(/^\/v1\/workbench\/[^/]+/, () => `/v1/workbench/${add('utility', { enum: UTILITIES })}`)
    .replace(/^\/v1\/ops\/[^/]+/, () => `/v1/ops/${add('service', {})}`);
  return { path: general, parameters };
}

/** @throws where two services give one name to different things */
function merge(into, from, what) {
  for (const [name, value] of Object.entries(from ?? {})) {
    if (into[name] && JSON.stringify(into[name]) !== JSON.stringify(value))
      throw new Error(`${what} ${name} is not the same in all services`);
    into[name] = value;
  }
}

function document() {
  const merged = {
    openapi: '3.1.0',
    info: { title: 'Lianban', version: '1' },
    paths: {},
    components: { schemas: {}, responses: {}, headers: {}, securitySchemes: {} },
  };
  for (const service of SERVICES) {
    const { paths, components } = read(service);
    for (const kind of Object.keys(merged.components)) merge(merged.components[kind], components[kind], kind);
    for (const [address, methods] of Object.entries(paths)) {
      if (NOT_FOR_PAGES.test(address)) continue;
      const { path, parameters } = generalised(address);
      const known = (merged.paths[path] ??= {});
      for (const [method, operation] of Object.entries(methods))
        known[method] ??= { ...operation, parameters: [...parameters, ...(operation.parameters ?? [])] };
    }
  }
  return merged;
}

/** Writes the client into a folder. */
const writeClient = (folder) =>
  createClient({
    input: document(),
    output: { path: folder, postProcess: [] },
    logs: { level: 'error' },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  });

await writeClient(process.argv[2] ?? join(root, 'apps/web/pages/api'));
