import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadCatalogue } from '@lianban/catalogue';
import {
  aclsOf,
  aclsOfProvider,
  kafkaNameOf,
  SERVICES,
  TOPICS,
  topicsOfProvider,
  type KafkaProvider,
  type Topic,
  type UserAcls,
} from '@lianban/contracts';
import { parse, stringify } from 'yaml';
import { dashboardFiles } from './dashboards.js';

const ALERTS = new URL('../../../observability/rules/lianban.yaml', import.meta.url);
const GENERATED = '# Written by `npm run k8s:generate`.\n';
const DEMO_SECRET = 'lianban-demo';
const PREFIX = 'lianban.';
const providers = loadCatalogue().providers();
const adapters = SERVICES.filter((name) => name.startsWith('adapter-'));

type Route = [path: string, service: string];

/** Path → service, most special first: what people, officers, providers and operators call. */
const routes: Route[] = [
  ['/v1/requests', 'intake'],
  ['/v1/matters', 'intake'],
  ['/v1/applicant', 'intake'],
  ['/v1/counter', 'intake'],
  ['/v1/track', 'tracking'],
  ['/v1/routing', 'routing'],
  ['/v1/notices', 'notification'],
  ...adapters.map((name): Route => [`/v1/workbench/${name.slice('adapter-'.length)}`, name]),
  ...providers.map(({ id, utility }): Route => [`/v1/providers/${id}`, `adapter-${utility}`]),
  ...SERVICES.map((name): Route => [`/v1/ops/${name}`, name]),
  ['/staff', 'web'],
  ['/applicant', 'web'],
];

/** What the manifests must know of topics, services and providers: path in the repository → text. */
export const generatedFiles = (): Record<string, string> => ({
  ...kafkaFiles(providers.filter(({ dialect }) => dialect === 'kafka')),
  'k8s/components/ingress/ingress.yaml': documents([ingress()]),
  'k8s/components/gateway/routes.yaml': documents(httpRoutes()),
  'k8s/components/monitoring/rules.yaml': documents([alerts()]),
  'k8s/platform/demo/secrets.yaml': documents(demoSecrets()),
  ...composeSecrets(),
  ...dashboardFiles(),
});

/** Of the services, and of the providers of the dialect `kafka`. */
export const kafkaFiles = (onKafka: readonly KafkaProvider[]): Record<string, string> => ({
  'k8s/platform/strimzi/topics.yaml': documents([...TOPICS, ...onKafka.flatMap(topicsOfProvider)].map(topic)),
  'k8s/platform/strimzi/users.yaml': documents([
    ...SERVICES.map((service) => user(`${service}-kafka`, aclsOf(service, onKafka))),
    setUpUser(),
    ...onKafka.map((provider) => user(kafkaNameOf(provider.id), aclsOfProvider(provider))),
  ]),
});

function topic({ name, partitions, retentionDays, compression }: Topic) {
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { name: `${PREFIX}${name}`, labels: { 'strimzi.io/cluster': 'kafka' } },
    spec: {
      topicName: `${PREFIX}${name}`,
      partitions,
      replicas: 3,
      config: {
        'retention.ms': retentionDays * 86_400_000,
        'segment.ms': 86_400_000,
        'min.insync.replicas': 2,
        ...(compression && { 'compression.type': compression }),
      },
    },
  };
}

/** What somebody may do in Kafka: write its own topics, read what it reads, in its own groups; nothing else. */
function user(name: string, { topics, groups }: UserAcls) {
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaUser',
    metadata: { name, labels: { 'strimzi.io/cluster': 'kafka' } },
    spec: {
      authentication: { type: 'tls' },
      authorization: {
        type: 'simple',
        acls: [
          ...topics.map(({ topic: of, operations }) => ({
            resource: { type: 'topic', name: PREFIX + of, patternType: 'literal' },
            operations,
          })),
          ...groups.map((group) => ({
            resource: { type: 'group', name: group, patternType: 'literal' },
            operations: ['Read'],
          })),
        ],
      },
    },
  };
}

/** Who makes the topics that are missing, and looks at those that are there. */
function setUpUser() {
  const { metadata, spec, ...rest } = user('set-up-kafka', { topics: [], groups: [] });
  const resource = { type: 'topic', name: PREFIX, patternType: 'prefix' };
  const acls = [{ resource, operations: ['Create', 'Describe', 'DescribeConfigs'] }];
  return { ...rest, metadata, spec: { ...spec, authorization: { ...spec.authorization, acls } } };
}

function ingress() {
  const backend = (name: string | undefined) => ({ service: { name, port: { name: 'http' } } });
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

/** The alerts as a resource of Prometheus' operator. */
function alerts() {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'lianban' },
    spec: parse(readFileSync(ALERTS, 'utf8')) as object,
  };
}

/** A route of all services would have more than the 128 matches that are allowed in one, so each has its own; 64 belong in a rule. */
function httpRoutes() {
  const services = [...new Set(routes.map(([, name]) => name))];
  return services.map((service) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: service },
    spec: {
      parentRefs: [{ name: 'lianban' }],
      hostnames: ['lianban.example.cn'],
      rules: [
        {
          matches: routes
            .filter(([, name]) => name === service)
            .map(([value]) => ({ path: { type: 'PathPrefix', value } })),
          backendRefs: [{ name: service, port: 3000 }],
        },
      ],
    },
  }));
}

/** A demo's well-known secrets, by file: those of the simulated providers are derived as the simulator derives them. */
function secretsOfDemo() {
  const ofProvider = (id: string) => `whsec_${createHmac('sha256', DEMO_SECRET).update(id).digest('base64')}`;
  const credentialsOf = (adapter: string) =>
    providers.filter(({ utility, credential }) => credential && `adapter-${utility}` === adapter);
  return {
    administrator: 'lianban-demo-administrator',
    owner: 'lianban-demo-owner',
    queryCode: `1:${'lianban-demo-'.repeat(3)}`,
    roles: Object.fromEntries(SERVICES.map((name) => [name, `lianban-demo-${name}`])),
    simulator: DEMO_SECRET,
    providers: Object.fromEntries(
      adapters.map((adapter) => [
        adapter,
        Object.fromEntries(credentialsOf(adapter).map(({ id, credential }) => [credential!, ofProvider(id)])),
      ]),
    ),
  };
}

function demoSecrets() {
  const secret = (name: string, stringData: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: stringData.username ? 'kubernetes.io/basic-auth' : 'Opaque',
    stringData,
  });
  const { administrator, owner, queryCode, roles, simulator, providers: ofAdapters } = secretsOfDemo();
  return [
    secret('postgres-superuser', { username: 'postgres', password: administrator }),
    secret('owner-database', { username: 'lianban_owner', password: owner }),
    ...Object.entries(roles).map(([name, password]) =>
      secret(`${name}-database`, { username: name.replaceAll('-', '_'), password }),
    ),
    secret('intake-query-code', { secret: queryCode }),
    secret('providers', { secret: simulator }),
    ...Object.entries(ofAdapters).map(([adapter, secrets]) => secret(`${adapter}-provider-secrets`, secrets)),
  ];
}

function composeSecrets() {
  const { administrator, owner, queryCode, roles, simulator, providers: ofAdapters } = secretsOfDemo();
  const paths: Record<string, string> = {
    administrator,
    simulator,
    'query-code': queryCode,
    'roles/owner': owner,
    ...Object.fromEntries(Object.entries(roles).map(([name, password]) => [`roles/${name}`, password])),
    ...Object.fromEntries(
      Object.entries(ofAdapters).flatMap(([adapter, secrets]) =>
        Object.entries(secrets).map(([name, text]) => [`providers/${adapter}/${name}`, text]),
      ),
    ),
  };
  return Object.fromEntries(
    Object.entries(paths).map(([path, text]) => [`docker/demo-secrets/${path}`, `${text}\n`]),
  );
}

function documents(values: unknown[]) {
  return GENERATED + values.map((value) => stringify(value, { lineWidth: 0 })).join('---\n');
}
