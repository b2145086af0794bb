import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { DASHBOARDS, dashboardFiles } from './dashboards.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Metrics by name, with their labels, as observability/telemetry.md lists them. */
const metrics = new Map(
  [
    ...read('observability/telemetry.md').matchAll(/^\| `((?:lianban|http)_\w+)` *\| (\w+) *\|([^|]*)\|/gm),
  ].map(([, name, type, labels]) => [name!, { type, labels: labels!.match(/[a-z_]+/g) ?? [] }] as const),
);
const { groups } = parse(read('observability/rules/lianban.yaml')) as {
  groups: { rules: { expr: string }[] }[];
};
const expressions = [
  ...Object.values(DASHBOARDS).flatMap(({ panels }) => panels.map(([, , , expr]) => expr)),
  ...groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
];

/** The texts of all nodes of a kind; what cannot be parsed is of the kind `⚠`. */
function nodesOf(expr: string, kind: string): string[] {
  const found: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => void (name === kind && found.push(expr.slice(from, to))),
  });
  return found;
}

/** Of a histogram there are three series for each. */
const metricOf = (series: string): string =>
  metrics.has(series) ? series : series.replace(/_(bucket|count|sum)$/, '');

describe.each(expressions)('%s', (expr) => {
  it('can be parsed', () => expect(nodesOf(expr, '⚠')).toEqual([]));

  it('asks for metrics and labels that are there', () => {
    const series = nodesOf(expr, 'Identifier').filter((name) => name !== 'up');
    expect(series.filter((name) => !metrics.has(metricOf(name)))).toEqual([]);
    const labels = series.flatMap((name) => metrics.get(metricOf(name))!.labels);
    const known = [...labels, 'service', 'le', 'app_kubernetes_io_name'];
    for (const label of nodesOf(expr, 'LabelName')) expect(known).toContain(label);
  });
});

it.each(Object.entries(dashboardFiles()))('%s is what npm run k8s:generate writes', (path, text) => {
  expect(existsSync(join(root, path)) && read(path)).toBe(text);
});

it('finds a metric that nobody has and an expression that is none', () => {
  expect(metrics.size).toBeGreaterThan(15);
  expect(metrics.has('lianban_outbox_oldest_second')).toBe(false);
  expect(nodesOf('sum by (a (x)', '⚠')).not.toEqual([]);
});
