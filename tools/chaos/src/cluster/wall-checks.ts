import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { MANIFESTS } from '../stack/paths.js';
import { oneRequest, OVERLAY, READY_SECONDS, row, type Check } from './check.js';
import type { Cluster } from './cluster.js';

const AIR_GAPPED = join(MANIFESTS, 'overlays/air-gapped');
const PUBLIC_REGISTRY = /\b(docker\.io|quay\.io|gcr\.io|ghcr\.io|k8s\.io)\b/;
const RESOLVER = ['-n', 'kube-system'];

interface Carried {
  /** `<registry>/lianban/services` */
  name: string;
  digest: string;
}

/** `<registry>/lianban/services:0.1.0@sha256:…`, a line each, as docker/carry.sh writes them. */
async function carriedIn(file: string): Promise<Carried[]> {
  return (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => {
      const [, name, digest] = /^(.+?):[^:/@]+@(sha256:[0-9a-f]{64})$/.exec(line) ?? [];
      if (!name || !digest) throw new Error(`${line} is not an image with its digest`);
      return { name, digest };
    });
}

/** Makes an overlay that takes these images by their digests, for as long as something is done with it. */
async function withImages<T>(
  overlay: string,
  carried: readonly Carried[],
  act: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lianban-wall-'));
  const images = carried.flatMap(({ name, digest }) =>
    ['localhost', 'registry.example.cn'].map((from) => ({
      name: `${from}/${name.split('/').slice(-2).join('/')}`,
      newName: name,
      digest,
    })),
  );
  try {
    const resources = [relative(folder, overlay)];
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify({ resources, images }));
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const imagesIn = (rendered: string): string[] => [
  ...new Set([...rendered.matchAll(/^\s*(?:- )?image(?:Name)?: (\S+)$/gm)].map(([, image]) => image!)),
];

/** Has the resolver write down what it is asked, and answers the names that are none of the cluster's. */
async function outsideNames(cluster: Cluster, act: () => Promise<void>): Promise<string[]> {
  const before = await cluster.call([
    ...RESOLVER,
    'get',
    'configmap',
    'coredns',
    '-o',
    'jsonpath={.data.Corefile}',
  ]);
  const use = async (Corefile: string): Promise<void> => {
    await cluster.call([
      ...RESOLVER,
      'patch',
      'configmap',
      'coredns',
      '-p',
      JSON.stringify({ data: { Corefile } }),
    ]);
    await cluster.call([...RESOLVER, 'rollout', 'restart', 'deployment/coredns']);
    await cluster.call([...RESOLVER, 'rollout', 'status', 'deployment/coredns', '--timeout=120s']);
  };
  await use(before.replaceAll(/^( *)errors$/gm, '$1errors\n$1log'));
  try {
    await act();
    const log = await cluster.call([...RESOLVER, 'logs', 'deployment/coredns', '--tail=-1']);
    const asked = [...log.matchAll(/"\w+ IN (\S+)\. /g)].map(([, name]) => name!);
    if (asked.length === 0) throw new Error('the resolver has written down nothing');
    return [...new Set(asked)].filter((name) => !/\.(cluster\.local|in-addr\.arpa|ip6\.arpa)$/.test(name));
  } finally {
    await use(before);
  }
}

/** From an archive by way of the site's registry into pods that reach nothing outside. Leaves the installation with these images. */
export const runsBehindWall: Check = async (cluster, { images: file }) => {
  if (!file) return row('24 wall', 'needs --images FILE, what docker/carry.sh wrote', 'given', false);
  const carried = await carriedIn(file);
  const expected = carried.map(({ name, digest }) => `${name}@${digest}`);
  const rendered = await withImages(AIR_GAPPED, carried, (folder) => cluster.call(['kustomize', folder]));
  const images = imagesIn(rendered);
  const own = images.filter((image) => /\/lianban\//.test(image));
  const strange = [
    ...own.filter((image) => !expected.includes(image)),
    ...images.filter((image) => PUBLIC_REGISTRY.test(image) || !image.includes('/')),
  ];
  let outcome = '';
  const asked = await outsideNames(cluster, async () => {
    await cluster.call(['delete', 'job', '-l', 'app.kubernetes.io/name=set-up', '--ignore-not-found']);
    await withImages(OVERLAY, carried, (folder) => cluster.call(['apply', '-k', folder]));
    for (const name of await cluster.deployments())
      await cluster.call(['rollout', 'status', name, `--timeout=${READY_SECONDS}s`]);
    await cluster.untilAvailable(READY_SECONDS);
    outcome = await oneRequest(cluster);
  });
  const running = (
    await cluster.call(['get', 'pods', '-o', 'jsonpath={.items[*].spec.containers[*].image}'])
  ).split(' ');
  const others = running.filter((image) => !expected.includes(image));
  return row(
    '24 wall',
    `air-gapped overlay: ${own.length} images of ours, ${strange.length} not from ${file} ${strange[0] ?? ''}; ` +
      `${running.length} pods from the registry by digest, ${others.length} otherwise ${others[0] ?? ''}; a request ended ${outcome}; ` +
      `${asked.length} outside names asked for ${asked[0] ?? ''}`,
    '2, 0, 0, completed, 0',
    own.length === 2 && strange.length + others.length + asked.length === 0 && outcome === 'completed',
  );
};
