import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkOverlays } from './check-overlays.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the check of manifests', () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'lianban-k8s-'));
    cpSync(join(root, 'k8s'), join(copy, 'k8s'), { recursive: true });
    // The others are rendered by `npm run k8s:check`, which is part of every test run.
    for (const folder of ['tests', 'overlays/air-gapped', 'overlays/existing-kafka-and-postgres'])
      rmSync(join(copy, 'k8s', folder), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  function replace(file: string, text: string, by: string): void {
    const path = join(copy, 'k8s', file);
    const before = readFileSync(path, 'utf8');
    expect(before).toContain(text);
    writeFileSync(path, before.replace(text, by));
  }

  it('finds every mistake that is planted, and nothing else', async () => {
    // A member that nobody knows, of Kubernetes' own kinds and of an operator's.
    replace('components/probes/kustomization.yaml', 'readinessProbe', 'redinessProbe');
    replace('platform/strimzi/users.yaml', 'Write', 'Wrote');
    replace('platform/cloudnative-pg/cluster.yaml', 'instances: 3', 'instancse: 3');
    // What only the rules know.
    replace('base/settings.env', 'DATABASE_POOL=6', 'DATABASE_POOL=40');
    replace(
      'components/restricted/containers.yaml',
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false',
    );
    replace('base/kustomization.yaml', '  - tracking.yaml\n', '');
    replace('components/network/dns.yaml', 'egress:', 'egress:\n    - {}');
    replace('platform/demo/kustomization.yaml', 'literals:', 'literals:\n      - SMS_TOKEN=canary');

    const errors = await checkOverlays(copy, () => {});

    const found = (pattern: RegExp): number => errors.filter((error) => pattern.test(error)).length;
    expect({
      probe: found(/Kubernetes 1\.\d+: .*redinessProbe/) > 0,
      missingProbe: found(/production: Deployment intake has no readinessProbe/),
      operation: found(/production: KafkaUser intake-kafka: .*operations/) > 0,
      cluster: found(/production: Cluster postgres: .*instancse/),
      connections: found(/production: the pods may open \d+ connections, and PostgreSQL takes 250/),
      writable: found(/production: Deployment intake may write to its image/),
      unserved: found(/production: nothing runs tracking/),
      open: found(/production: NetworkPolicy dns lets pods out to everywhere/),
      secret: found(/demo: ConfigMap lianban-\w+ shows a secret in SMS_TOKEN/),
    }).toEqual({
      probe: true,
      missingProbe: 1,
      operation: true,
      cluster: 1,
      connections: 1,
      writable: 1,
      unserved: 1,
      open: 1,
      secret: 1,
    });
    const known =
      /redinessProbe|readinessProbe|operations|instancse|instances|connections|may write|lets pods out|SMS_TOKEN|nothing runs|scales tracking, which is not there/;
    expect(errors.filter((error) => !known.test(error))).toEqual([]);
  }, 120_000);
});
