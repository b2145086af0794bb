// npm run k8s:generate [-- --check]: writes what the manifests must know of topics, services and providers.
// --check writes nothing, and exits with 1 naming each file that is not what it should be.
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { loadCatalogue } from '../libs/catalogue/dist/index.js';
import { PARTITIONS, SERVICES, TOPICS } from '../libs/contracts/dist/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const GENERATED = '# Written by `npm run k8s:generate`.\n';
const DEMO_SECRET = 'lianban-demo';
const PREFIX = 'lianban.';
const providers = loadCatalogue().providers();
const adapters = SERVICES.filter((name) => name.startsWith('adapter-'));

/** Path → service, most special first: what people, officers, providers and operators call. */
const routes = [
  ['/v1/requests', 'intake'],
  ['/v1/matters', 'intake'],
  ['/v1/track', 'tracking'],
  ['/v1/routing', 'routing'],
  ['/v1/notices', 'notification'],
  ...adapters.map((name) => [`/v1/workbench/${name.slice('adapter-'.length)}`, name]),
  ...providers.map(({ id, utility }) => [`/v1/providers/${id}`, `adapter-${utility}`]),
  ...SERVICES.map((name) => [`/v1/ops/${name}`, name]),
];

const files = {
  'k8s/platform/strimzi/topics.yaml': documents(TOPICS.map(topic)),
  'k8s/platform/strimzi/users.yaml': documents(SERVICES.map(user)),
  'k8s/components/ingress/ingress.yaml': documents([ingress()]),
  'k8s/components/gateway/routes.yaml': documents([httpRoute()]),
  'k8s/platform/demo/secrets.yaml': documents(demoSecrets()),
};

let differ = 0;
for (const [path, text] of Object.entries(files)) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} is not what npm run k8s:generate writes`);
    differ += 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
process.exit(differ === 0 ? 0 : 1);

function topic({ name, days }) {
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { name: `${PREFIX}${name}`, labels: { 'strimzi.io/cluster': 'kafka' } },
    spec: {
      topicName: `${PREFIX}${name}`,
      partitions: PARTITIONS,
      replicas: 3,
      config: { 'retention.ms': days * 86_400_000, 'segment.ms': 86_400_000, 'min.insync.replicas': 2 },
    },
  };
}

/** What a service may do in Kafka: write its own topics, read what it reads, in its own group; nothing else. */
function user(service) {
  const on = (name, operations) => ({
    resource: { type: 'topic', name: `${PREFIX}${name}`, patternType: 'literal' },
    operations,
  });
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaUser',
    metadata: { name: `${service}-kafka`, labels: { 'strimzi.io/cluster': 'kafka' } },
    spec: {
      authentication: { type: 'tls' },
      authorization: {
        type: 'simple',
        acls: [
          ...TOPICS.filter(({ publishers }) => publishers.includes(service)).map(({ name }) =>
            on(name, ['Write', 'Describe']),
          ),
          ...TOPICS.filter(({ readers }) => readers.includes(service)).map(({ name }) =>
            on(name, ['Read', 'Describe']),
          ),
          { resource: { type: 'group', name: service, patternType: 'literal' }, operations: ['Read'] },
        ],
      },
    },
  };
}

function ingress() {
  const backend = (name) => ({ service: { name, port: { name: 'http' } } });
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'lianban' },
    spec: {
      rules: [
        {
          host: 'lianban.example.cn',
          http: {
            paths: routes.map(([path, name]) => ({ path, pathType: 'Prefix', backend: backend(name) })),
          },
        },
      ],
      tls: [{ hosts: ['lianban.example.cn'], secretName: 'lianban-tls' }],
    },
  };
}

/** At most 16 rules belong in one HTTPRoute, so one rule a service with all of its paths; 64 matches a rule are allowed. */
function httpRoute() {
  const services = [...new Set(routes.map(([, name]) => name))];
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'lianban' },
    spec: {
      parentRefs: [{ name: 'lianban' }],
      hostnames: ['lianban.example.cn'],
      rules: services.map((service) => ({
        matches: routes
          .filter(([, name]) => name === service)
          .map(([value]) => ({ path: { type: 'PathPrefix', value } })),
        backendRefs: [{ name: service, port: 3000 }],
      })),
    },
  };
}

/** The demo's well-known secrets: those of the simulated providers are derived as the simulator derives them. */
function demoSecrets() {
  const secret = (name, stringData) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: stringData.username ? 'kubernetes.io/basic-auth' : 'Opaque',
    stringData,
  });
  const ofProvider = (id) => `whsec_${createHmac('sha256', DEMO_SECRET).update(id).digest('base64')}`;
  return [
    secret('postgres-admin', { username: 'postgres', password: 'lianban-demo-admin' }),
    ...SERVICES.map((name) =>
      secret(`${name}-database`, { username: name.replaceAll('-', '_'), password: `lianban-demo-${name}` }),
    ),
    secret('intake-query-code', { secret: `1:${'lianban-demo-'.repeat(3)}` }),
    secret('providers', { secret: DEMO_SECRET }),
    ...adapters.map((adapter) =>
      secret(
        `${adapter}-provider-secrets`,
        Object.fromEntries(
          providers
            .filter(({ utility, credential }) => credential && `adapter-${utility}` === adapter)
            .map(({ id, credential }) => [credential, ofProvider(id)]),
        ),
      ),
    ),
  ];
}

function documents(values) {
  return GENERATED + values.map((value) => stringify(value, { lineWidth: 0 })).join('---\n');
}
