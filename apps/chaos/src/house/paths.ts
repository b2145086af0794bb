import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../../', import.meta.url);

const at = (path: string): string => fileURLToPath(new URL(path, ROOT));

export const programOf = (app: string): string => at(`apps/${app}/dist/main.js`);
export const KAFKA_LIB = at('.kafka/lib');
export const RESULTS = at('chaos/results');
export const PROBLEMS = at('docs/problems.md');
