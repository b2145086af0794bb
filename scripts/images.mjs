// npm run images [-- --only services,web --arch amd64,arm64 --tag 1.2.3 --archive FILE]: builds the container images with podman, buildah or docker.
// --archive also writes them into one file, for a site that reaches no registry. --repeat builds everything twice without any cache, bases too,
// and fails where a digest differs.
// REGISTRY (default `localhost`) begins their names. BASE, BUILDER and DEMO_BASE name images to build on; those that are not
// named are made from Debian packages and npm's Node (docker/base). NPM_REGISTRY: a mirror for the build inside.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'services,web,demo' },
    arch: { type: 'string', default: own },
    tag: { type: 'string', default: version },
    archive: { type: 'string' },
    repeat: { type: 'boolean', default: false },
  },
});
const registry = process.env.REGISTRY ?? 'localhost';
const tool = process.env.CONTAINER_TOOL ?? ['podman', 'buildah', 'docker'].find(answers);
if (!tool) fail('podman, buildah or docker is needed to build images');
if (values.archive && tool === 'buildah') fail('--archive needs podman or docker');

const revision = output('git', ['rev-parse', 'HEAD']) ?? 'unknown';
/** The same sources give the same image: its times are those of the last commit. Bases outlive commits, and so have none. */
const epoch = output('git', ['log', '-1', '--format=%ct']) ?? '0';
const BASE_EPOCH = '0';
const results = join(root, '.results/images');
mkdirSync(results, { recursive: true });
/** Bases that this run has made. */
const made = new Set();

const built = buildAll();
if (values.repeat) compare(built, buildAll());
writeBillOfMaterials();
writeFileSync(join(results, 'images.txt'), built.map(({ image, digest }) => `${image}@${digest}\n`).join(''));
if (values.archive)
  run(
    tool,
    ['save', ...(tool === 'podman' ? ['-m'] : []), '-o', values.archive, ...built.map(({ image }) => image)],
    'archive.log',
  );

function buildAll() {
  made.clear();
  return values.arch
    .split(',')
    .flatMap((arch) => values.only.split(',').map((target) => buildOne(target, arch)));
}

function buildOne(target, arch) {
  const baseKind = target === 'demo' ? 'demo' : 'runtime';
  const image = `${registry}/lianban/${target}:${values.tag}${arch === own ? '' : `-${arch}`}`;
  const base = process.env.BASE ?? baseImage('runtime', arch);
  const started = Date.now();
  build(image, root, join(root, 'docker/Containerfile'), [
    ...['--target', target, '--platform', `linux/${arch}`],
    ...argument('BUILDER', process.env.BUILDER ?? baseImage('builder', own)),
    ...argument('BASE', base),
    ...argument('DEMO_BASE', process.env.DEMO_BASE ?? baseImage(baseKind, arch)),
    ...label('version', values.tag),
    ...label('revision', revision),
    ...label('created', new Date(Number(epoch) * 1000).toISOString()),
    ...label('base.name', base),
    ...(process.env.NPM_REGISTRY ? argument('NPM_REGISTRY', process.env.NPM_REGISTRY) : []),
  ]);
  const { id, digest, size } = found(image);
  console.log(`${image}  ${size}  ${id}  in ${((Date.now() - started) / 1000).toFixed(0)} s`);
  return { image, digest };
}

function compare(first, second) {
  const differ = first.filter(({ digest }, index) => digest !== second[index].digest);
  for (const { image } of differ) console.log(`${image} differs from one build to the next`);
  if (differ.length > 0) process.exit(1);
  console.log(`${first.length} images built twice without a cache: the same digests`);
}

/** A base image of our own, once for each architecture. */
function baseImage(kind, arch) {
  const image = `localhost/lianban/base-${kind}:24-${arch}`;
  if (made.has(image) || (!values.repeat && found(image))) return image;
  made.add(image);
  console.log(`Making ${image} from Debian packages and npm's Node …`);
  const folder = mkdtempSync(join(tmpdir(), 'lianban-base-'));
  run(join(root, 'docker/base/build.sh'), [kind, arch, join(folder, 'root')], `${kind}-${arch}.log`);
  writeFileSync(join(folder, 'Containerfile'), 'FROM scratch\nCOPY root /\n');
  build(image, folder, join(folder, 'Containerfile'), ['--platform', `linux/${arch}`], BASE_EPOCH);
  rmSync(folder, { recursive: true, force: true });
  return image;
}

/** An image that is there, with its size in words; buildah has no `image inspect`. */
function found(image) {
  if (tool === 'buildah') {
    const [{ id, digest, size } = {}] = JSON.parse(output(tool, ['images', '--json', image]) ?? '[]');
    return id && { id, digest, size };
  }
  const told = (field) => output(tool, ['image', 'inspect', '--format', `{{.${field}}}`, image]);
  const id = told('Id');
  return id && { id, digest: told('Digest'), size: `${(Number(told('Size')) / 1e6).toFixed(0)} MB` };
}

function build(image, context, file, more, time = epoch) {
  const how =
    tool === 'docker'
      ? ['buildx', 'build', '--load', '--output', 'type=docker,rewrite-timestamp=true']
      : [tool === 'podman' ? 'build' : 'bud', '--pull-never', '--layers', '--timestamp', time];
  run(
    tool,
    [...how, ...(values.repeat ? ['--no-cache'] : []), ...more, '-t', image, '-f', file, context],
    `${image.replace(/[/:]/g, '_')}.log`,
  );
}

/** CycloneDX: the packages of npm that the services are built from, and Debian's below them. */
function writeBillOfMaterials() {
  const sbom = JSON.parse(
    output('npm', ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only']) ??
      fail('npm sbom failed'),
  );
  const packages = process.env.BASE
    ? ''
    : (readFrom(`localhost/lianban/base-runtime:24-${own}`, '/usr/share/lianban/debian-packages.txt') ??
      fail('the list of Debian packages could not be read from the base image'));
  for (const line of packages.split('\n')) {
    const [, name, debian] = /^Package: (\S+) Version: (\S+)/.exec(line) ?? [];
    if (name)
      sbom.components.push({
        type: 'library',
        name,
        version: debian,
        purl: `pkg:deb/debian/${name}@${debian}`,
      });
  }
  writeFileSync(join(results, 'services.cdx.json'), JSON.stringify(sbom, null, 2));
  console.log(`.results/images/services.cdx.json  ${sbom.components.length} components`);
}

/** A file of an image. podman and docker copy it out of a container that never runs: some machines build images and start none. */
function readFrom(image, path) {
  const isBuildah = tool === 'buildah';
  const container = output(tool, isBuildah ? ['from', '--pull-never', image] : ['create', image, 'none']);
  const copy = join(mkdtempSync(join(tmpdir(), 'lianban-file-')), 'file');
  const text = isBuildah
    ? output(tool, ['run', container, '--', 'node', '-p', `require('fs').readFileSync('${path}', 'utf8')`])
    : output(tool, ['cp', `${container}:${path}`, copy]) !== undefined && readFileSync(copy, 'utf8');
  output(tool, ['rm', container]);
  rmSync(join(copy, '..'), { recursive: true });
  return text || undefined;
}

function argument(name, value) {
  return ['--build-arg', `${name}=${value}`];
}

/** Labels of a build are not written in the Containerfile by arguments: podman's cache does not see that an argument has changed. */
function label(name, value) {
  return ['--label', `org.opencontainers.image.${name}=${value}`];
}

function run(command, args, log) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    maxBuffer: 64 << 20,
    env: { ...process.env, SOURCE_DATE_EPOCH: epoch },
  });
  writeFileSync(join(results, log), Buffer.concat([stdout ?? Buffer.alloc(0), stderr ?? Buffer.alloc(0)]));
  if (status !== 0)
    fail(`${command} ${args[0]} failed, see .results/images/${log}:\n${String(stderr).slice(-1500)}`);
}

function output(command, args) {
  try {
    return execFileSync(command, args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 << 20,
    }).trim();
  } catch {
    return undefined;
  }
}

function answers(command) {
  return output(command, command === 'docker' ? ['info'] : ['--version']) !== undefined;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
