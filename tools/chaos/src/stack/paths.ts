import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../../', import.meta.url);

const at = (path: string): string => fileURLToPath(new URL(path, ROOT));

/** A program as it is shipped, and as separate modules, into which a preload can reach. */
export interface ProgramFiles {
  main: string;
  modules: string;
}

export const programOf = (service: string): ProgramFiles => ({
  main: at(`apps/standalone/dist/programs/${service}.js`),
  modules: at(`apps/${service}/dist/main.js`),
});
export const SIMULATOR_PROGRAM: ProgramFiles = {
  main: at('apps/standalone/dist/programs/provider-simulator.js'),
  modules: at('tools/provider-simulator/dist/main.js'),
};
export const KAFKA_LIB = at('.kafka/lib');
export const RESULTS = at('.results/chaos');
export const PROBLEMS = at('docs/problems.md');
export const MANIFESTS = at('k8s');
export const CATALOGUE = at('libs/catalogue/src/data');
