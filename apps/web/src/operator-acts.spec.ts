import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVICES } from '../pages/staff/operations/services.js';
import { nameOfAct } from '../pages/staff/operations/act-names.js';

const api = fileURLToPath(new URL('../../../docs/api', import.meta.url));
const OF_OPERATORS = /^\/v1\/ops\/[^/]+\//;

const asKept = (path: string): string => path.replace(OF_OPERATORS, '').replace(/\{(\w+)\}/g, ':$1');

/** Every operator's call that the documents have and that is no look, as the trace keeps it. */
const acts = globSync('*.json', { cwd: api }).flatMap((file) => {
  const { paths } = JSON.parse(readFileSync(`${api}/${file}`, 'utf8')) as { paths: Record<string, object> };
  return Object.entries(paths ?? {}).flatMap(([path, calls]) =>
    OF_OPERATORS.test(path)
      ? Object.keys(calls)
          .filter((method) => method === 'post' || method === 'delete')
          .map((method) => (method === 'post' ? '' : 'DELETE ') + asKept(path))
      : [],
  );
});

describe('the trace of operators', () => {
  it('has words for every act', () => {
    expect([...new Set(acts)].filter((act) => !nameOfAct(act))).toEqual([]);
    expect(acts).toContain('providers/:provider/pause');
  });

  it('knows no name for what is no act', () => {
    expect(nameOfAct('toString')).toBeUndefined();
  });
});

describe('the operations page', () => {
  it('asks every service', () => {
    const documented = globSync('*.json', { cwd: api }).map((file) => file.replace('.json', ''));
    expect(SERVICES.toSorted()).toEqual(documented.filter((name) => name !== 'events').toSorted());
  });
});
