import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Alert {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook_url: string };
}
const { groups } = parse(read('observability/rules/lianban.yaml')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const { tests } = parse(read('observability/rules/tests/lianban.yaml')) as {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
};
const sources = globSync(['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root })
  .filter((file) => !file.endsWith('.spec.ts'))
  .map(read)
  .join('\n');

describe.each(alerts)('the alert $alert', ({ alert, expr, labels, annotations, for: duration }) => {
  it('says how urgent it is, what happened, and where to read what to do', () => {
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(duration).toMatch(/^\d+[mh]$/);
    expect([annotations.summary, annotations.description]).toEqual([expect.any(String), expect.any(String)]);
    expect(annotations.runbook_url).toMatch(new RegExp(`/docs/runbooks/${alert}\\.md$`));
    expect(existsSync(join(root, 'docs/runbooks', `${alert}.md`))).toBe(true);
  });

  it('has a test in which it fires and one in which it does not', () => {
    const own = tests
      .flatMap(({ alert_rule_test: rules }) => rules)
      .filter((test) => test.alertname === alert);
    expect(own.map(({ exp_alerts: expected }) => expected.length).toSorted()).toEqual([0, 1]);
  });

  it('asks for metrics that the services have', () => {
    const names = expr.match(/\b(lianban|http)_\w+(?=[{)[ ])/g) ?? [];
    for (const name of names) expect(sources).toContain(`'${name.replace(/_(bucket|count|sum)$/, '')}'`);
    expect(names.length + (expr.includes('up{') ? 1 : 0)).toBeGreaterThan(0);
  });
});
