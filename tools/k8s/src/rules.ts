import { SERVICES } from '@lianban/contracts';
import {
  containersOf,
  environmentOf,
  isService,
  nameOf,
  workloadsIn,
  type Resource,
  type Workload,
} from './manifests.js';

/** Says what is wrong with rendered manifests, a sentence each; nothing where all is well. */
export type Rule = (resources: readonly Resource[]) => string[];

/** Pod Security "restricted" and more, of jobs too: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const isRestricted: Rule = (resources) =>
  workloadsIn(resources).flatMap((workload) => {
    const pod = workload.spec.template.spec;
    const wants: [boolean, string][] = [
      [pod.securityContext?.runAsNonRoot === true, 'runs as root'],
      [typeof pod.securityContext?.runAsUser === 'number', 'has no numeric user'],
      [
        (pod.securityContext?.seccompProfile as { type?: string } | undefined)?.type === 'RuntimeDefault',
        'has no seccomp profile',
      ],
      [pod.automountServiceAccountToken === false, 'is given a token of the API'],
      [pod.enableServiceLinks === false, 'is given variables of other Services'],
      ...containersOf(workload).flatMap(({ name, securityContext = {} }): [boolean, string][] => [
        [securityContext.allowPrivilegeEscalation === false, `may gain rights in ${name}`],
        [securityContext.readOnlyRootFilesystem === true, `may write to its image in ${name}`],
        [
          JSON.stringify((securityContext.capabilities as { drop?: string[] } | undefined)?.drop) ===
            '["ALL"]',
          `keeps capabilities in ${name}`,
        ],
      ]),
    ];
    return wants.filter(([holds]) => !holds).map(([, wrong]) => `${nameOf(workload)} ${wrong}`);
  });

const hasProbesAndBounds: Rule = (resources) =>
  workloadsIn(resources)
    .filter(isService)
    .flatMap((workload) => {
      const [container] = workload.spec.template.spec.containers;
      const missing = ['startupProbe', 'livenessProbe', 'readinessProbe'].filter(
        (probe) => !container![probe],
      );
      if (!container!.resources?.requests?.memory || !container!.resources.limits?.memory)
        missing.push('bounds of memory');
      if (container!.resources?.limits?.cpu) missing.push('freedom of CPU');
      return missing.map((what) => `${nameOf(workload)} has no ${what}`);
    });

/** Else its messages would wait for ever, and nothing would say so. */
const runsEveryService: Rule = (resources) => {
  const names = workloadsIn(resources)
    .filter(isService)
    .map(({ metadata }) => metadata.labels?.['app.kubernetes.io/name']);
  return SERVICES.filter((service) => !names.includes(service)).map((service) => `nothing runs ${service}`);
};

/** Every service may lose a pod to a drained node, and one at a time. */
const canBeDrained: Rule = (resources) => {
  const budgets = resources.filter(({ kind }) => kind === 'PodDisruptionBudget');
  return workloadsIn(resources)
    .filter(isService)
    .flatMap((workload) => {
      const name = workload.metadata.labels?.['app.kubernetes.io/name'];
      const own = budgets.filter(
        ({ spec }) =>
          (spec?.selector as { matchLabels: Record<string, string> }).matchLabels[
            'app.kubernetes.io/name'
          ] === name,
      );
      if (own.length !== 1) return [`${nameOf(workload)} has ${own.length} disruption budgets`];
      return own[0]!.spec!.maxUnavailable === 1 ? [] : [`${nameOf(own[0]!)} does not let a node be drained`];
    });
};

interface Peers {
  to?: unknown[];
  from?: unknown[];
  ports?: unknown[];
}

/** Nothing goes anywhere that is not named, and there is a policy that denies the rest. */
const isClosed: Rule = (resources) => {
  const policies = resources.filter(({ kind }) => kind === 'NetworkPolicy');
  const deniesAll = policies.some(
    ({ spec }) =>
      JSON.stringify(spec?.policyTypes) === '["Ingress","Egress"]' && !spec?.ingress && !spec?.egress,
  );
  return [
    ...(deniesAll ? [] : ['no NetworkPolicy denies what is not allowed']),
    ...policies.flatMap((policy) =>
      ((policy.spec?.egress ?? []) as Peers[])
        .filter(({ to, ports }) => !to?.length || !ports?.length)
        .map(() => `${nameOf(policy)} lets pods out to everywhere or on every port`),
    ),
  ];
};

/** PostgreSQL keeps three connections for administrators; the monitor and people need some too. */
const RESERVED_CONNECTIONS = 10;
/** Beside its pool a service may hold: one that keeps the lock of its process, and one for migrating. */
const BESIDE_POOL = 2;

/** All pools of all pods, one pod more of each service during a rollout, fit into `max_connections`. */
const connectionsAddUp: Rule = (resources) => {
  const most = maxConnections(resources);
  if (most === undefined) return [];
  const scalers = new Map(
    resources
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ spec }) => [(spec!.scaleTargetRef as { name: string }).name, spec!.maxReplicas as number]),
  );
  const needed = workloadsIn(resources)
    .filter(isService)
    .reduce((sum, { metadata, spec }) => {
      const pool = Number(
        environmentOf(spec.template.spec.containers[0]!, resources).get('DATABASE_POOL') ?? 10,
      );
      const pods =
        (scalers.get(metadata.name) ?? spec.replicas ?? 1) + (spec.strategy?.rollingUpdate?.maxSurge ?? 1);
      return sum + pods * (pool + BESIDE_POOL);
    }, RESERVED_CONNECTIONS);
  return needed <= most ? [] : [`the pods may open ${needed} connections, and PostgreSQL takes ${most}`];
};

function maxConnections(resources: readonly Resource[]): number | undefined {
  const cluster = resources.find(
    ({ kind, apiVersion }) => kind === 'Cluster' && apiVersion.startsWith('postgresql.cnpg.io/'),
  );
  const parameters = (cluster?.spec?.postgresql as { parameters?: Record<string, string> } | undefined)
    ?.parameters;
  if (parameters) return Number(parameters.max_connections);
  const own = workloadsIn(resources).find(({ metadata }) => metadata.name === 'postgres');
  return own && Number(environmentOf(containersOf(own)[0]!, resources).get('MAX_CONNECTIONS') ?? 250);
}

const SECRET_NAME = /PASSWORD|SECRET|TOKEN|CREDENTIAL/;
const SECRET_IN_URL = /:\/\/[^/\s:@]+:[^/\s@]+@/;

/** What is secret comes from files of Secrets: no ConfigMap, variable or argument holds it. */
const hidesSecrets: Rule = (resources) => {
  const shows = (name: string, value: string): boolean =>
    (SECRET_NAME.test(name) && !/_(FILE|DIR)$/.test(name) && value !== '') || SECRET_IN_URL.test(value);
  const inMaps = resources
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap((map) =>
      Object.entries(map.data ?? {})
        .filter(([name, value]) => shows(name, value))
        .map(([name]) => `${nameOf(map)} shows a secret in ${name}`),
    );
  const inVariables = workloadsIn(resources).flatMap((workload) =>
    containersOf(workload).flatMap(({ env = [] }) =>
      env
        .filter(({ name, value = '' }) => shows(name, value))
        .map(({ name }) => `${nameOf(workload)} shows a secret in ${name}`),
    ),
  );
  return [...inMaps, ...inVariables];
};

/** A value of a Secret in a file is public: only a demo has those, and only where its namespace says so. */
export const keepsSecretsOut: Rule = (resources) =>
  resources
    .filter(
      ({ kind, data, stringData }) => kind === 'Secret' && Object.keys({ ...data, ...stringData }).length > 0,
    )
    .map((secret) => `${nameOf(secret)} has its value in the manifests`);

/** What a scaler changes has no number of its own in the manifests: applying them again would set it back. */
const leavesReplicasToScalers: Rule = (resources) =>
  resources
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject')
    .flatMap((scaler) => {
      const { name } = scaler.spec!.scaleTargetRef as { name: string };
      const target = workloadsIn(resources).find(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name === name,
      );
      if (!target) return [`${nameOf(scaler)} scales ${name}, which is not there`];
      return target.spec.replicas === undefined
        ? []
        : [`${nameOf(target)} has replicas, and ${nameOf(scaler)} too`];
    });

/** Selectors can never be changed: they name the service and nothing that changes with a release. */
const selectsByName: Rule = (resources) =>
  workloadsIn(resources).flatMap((workload: Workload) => {
    const labels = Object.keys(workload.spec.selector?.matchLabels ?? {});
    return workload.kind === 'Job' || JSON.stringify(labels) === '["app.kubernetes.io/name"]'
      ? []
      : [`${nameOf(workload)} is selected by ${labels.join(', ')}`];
  });

/** Images by tag or digest, never the newest one. */
const pinsImages: Rule = (resources) =>
  workloadsIn(resources).flatMap((workload) =>
    containersOf(workload)
      .filter(({ image }) => !/(@sha256:[0-9a-f]{64}|:(?!latest$)[\w.-]+)$/.test(image))
      .map(({ image }) => `${nameOf(workload)} runs ${image} without a version`),
  );

/** Behind a wall: every image from the site's registry, by its digest. */
export const imagesFrom =
  (registry: string): Rule =>
  (resources) =>
    workloadsIn(resources).flatMap((workload) =>
      containersOf(workload)
        .filter(({ image }) => !image.startsWith(`${registry}/`) || !image.includes('@sha256:'))
        .map(({ image }) => `${nameOf(workload)} runs ${image}, not from ${registry} by digest`),
    );

export const RULES: readonly Rule[] = [
  isRestricted,
  runsEveryService,
  hasProbesAndBounds,
  canBeDrained,
  isClosed,
  connectionsAddUp,
  hidesSecrets,
  leavesReplicasToScalers,
  selectsByName,
  pinsImages,
];
