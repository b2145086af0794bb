import { parseAllDocuments } from 'yaml';

/** A resource as kustomize renders it; only what the rules look at is named. */
export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}
export interface Container {
  name: string;
  image: string;
  args?: string[];
  env?: { name: string; value?: string }[];
  envFrom?: { configMapRef?: { name: string } }[];
  securityContext?: Record<string, unknown>;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  [probe: string]: unknown;
}
export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  securityContext?: Record<string, unknown>;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  terminationGracePeriodSeconds?: number;
}
export interface Workload extends Resource {
  spec: {
    replicas?: number;
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number } };
    selector?: { matchLabels: Record<string, string> };
    template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
  };
}

export const parseManifests = (text: string): Resource[] =>
  parseAllDocuments(text).flatMap((document) => (document.toJS() as Resource | null) ?? []);

const isWorkload = (resource: Resource): resource is Workload =>
  ['Deployment', 'StatefulSet', 'Job'].includes(resource.kind);

export const workloadsIn = (resources: readonly Resource[]): Workload[] => resources.filter(isWorkload);

export const containersOf = ({ spec }: Workload): Container[] => [
  ...(spec.template.spec.initContainers ?? []),
  ...spec.template.spec.containers,
];

/** A service of ours, and not a demo's engine or a job. */
export const isService = ({ kind, metadata }: Resource): boolean =>
  kind === 'Deployment' &&
  ['front', 'worker', 'adapter'].includes(metadata.labels?.['app.kubernetes.io/component'] ?? '');

export const nameOf = ({ kind, metadata }: Resource): string => `${kind} ${metadata.name}`;

/** The environment of a container, as far as the manifests say it. */
export function environmentOf(container: Container, resources: readonly Resource[]): Map<string, string> {
  const env = new Map<string, string>();
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = resources.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name,
    );
    for (const [name, value] of Object.entries(map?.data ?? {})) env.set(name, value);
  }
  for (const { name, value } of container.env ?? [])
    env.set(
      name,
      (value ?? '').replace(/\$\((\w+)\)/g, (_, other: string) => env.get(other) ?? ''),
    );
  return env;
}
