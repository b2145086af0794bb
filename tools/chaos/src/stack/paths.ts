import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../../', import.meta.url);

const at = (path: string): string => fileURLToPath(new URL(path, ROOT));

export const programOf = (service: string): string => at(`apps/${service}/dist/main.js`);
export const SIMULATOR_PROGRAM = at('tools/provider-simulator/dist/main.js');
export const KAFKA_LIB = at('.kafka/lib');
export const RESULTS = at('.results/chaos');
export const PROBLEMS = at('docs/problems.md');
export const MANIFESTS = at('k8s');
export const CATALOGUE = at('libs/catalogue/src/data');
