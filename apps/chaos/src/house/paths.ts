import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../../', import.meta.url);

const at = (path: string): string => fileURLToPath(new URL(path, ROOT));

export const programOf = (app: string): string => at(`apps/${app}/dist/main.js`);
/** What was compiled once need not be at each of many starts. */
export const COMPILE_CACHE = at('node_modules/.compile-cache');
export const KAFKA_LIB = at('.kafka/lib');
export const RESULTS = at('chaos/results');
export const PROBLEMS = at('docs/problems.md');
