import { posix } from 'node:path';
import ts from 'typescript';

/** A file of the project: its path from the root, and what is in it. */
export interface SourceFile {
  file: string;
  text: string;
}

const LIBS = [
  'contracts',
  'messaging',
  'service-kit',
  'adapter-kit',
  'catalogue',
  'query-codes',
  'status-page',
  'engines',
  'testing',
];
const OF_SERVICES = ['messaging', 'service-kit', 'contracts', 'catalogue'];
/** Libraries that some of the apps need beside those of every service. */
const OF_SOME_APPS: Record<string, string[]> = {
  intake: ['query-codes'],
  tracking: ['query-codes', 'status-page'],
  web: ['status-page'],
};
/** Stories in a browser find what is on a page by the words of the page. */
const READS_WORDS = 'tools/e2e/src/browser/words.ts';
const WORDS = /^apps\/web\/pages\/staff\/locales\/[^.]+\.json$/;

/** What each library may import of ours. */
const OF_LIBS: Record<string, string[]> = {
  contracts: [],
  engines: [],
  'service-kit': [],
  catalogue: ['contracts', 'service-kit'],
  messaging: ['contracts', 'service-kit'],
  'adapter-kit': OF_SERVICES,
  'query-codes': ['messaging', 'service-kit'],
  'status-page': [],
  testing: LIBS,
};

/** Tools that drive the installation from outside, as processes. */
const OUTSIDE = ['bench', 'chaos', 'e2e', 'fuzz', 'interop'];
const TOOLS = [...OUTSIDE, 'certify', 'k8s', 'openapi', 'provider-simulator', 'simulation'];

/** Only these know the process they are in; everything else is given its environment. */
const READS_ENVIRONMENT =
  /^libs\/(engines|testing)\/|^tools\/(e2e|chaos|fuzz)\/|^libs\/service-kit\/src\/serve\.ts$|^(apps|tools)\/[^/]+\/src\/([a-z-]+-)?main\.ts$|^apps\/standalone\/src\/operator\/(prepare|migrate|topics|where)\.ts$|\.spec\.ts$/;
/**
 * Broken records must get past our own client: the fault harness writes them with kafkajs itself. Tests set rights with it. A provider
 * that is played has a client of its own.
 */
const KNOWS_KAFKAJS =
  /^libs\/messaging\/(package\.json|src\/kafka\/kafka-(client|client\.kafka\.spec)\.ts)$|^libs\/testing\/(package\.json|src\/(secured|raw)-kafka\.ts)$|^tools\/chaos\/(package\.json|src\/mutants\/raw-kafka\.ts)$|^tools\/provider-simulator\/(package\.json|src\/kafka\/back-offices\.ts)$/;
/** The apps whose domain the simulation drives, through the entry `domain` of their packages. */
const SIMULATED = ['intake', 'routing'];
/** Tools that are programs of the bundle. */
const BUNDLED = ['provider-simulator', 'certify'];
const TOOL_IN_APP =
  'an app never imports a tool, but standalone starts the simulator and brings certify along';
const FOR_TESTS = /\.(spec|mother)\.ts$/;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm;

/**
 * Holds the borders of the project over its sources and its package.json files.
 * @returns one sentence for each breach: the file, the import, the rule
 */
export function breachesIn(files: readonly SourceFile[]): string[] {
  return files.flatMap((source) => [
    ...importsOf(source).flatMap((target) => {
      const rule = ruleBroken(source.file, target);
      return rule ? [`${source.file} imports ${target}: ${rule}`] : [];
    }),
    ...environmentRead(source),
  ]);
}

function importsOf({ file, text }: SourceFile): string[] {
  if (!file.endsWith('.json')) return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
  return Object.keys(dependencies);
}

function ruleBroken(file: string, target: string): string | undefined {
  const [kind, name] = file.split('/') as [string, string];
  if (target.startsWith('.')) return leavesPackage(file, target);
  if (/^kafkajs(\/|$)/.test(target) && !KNOWS_KAFKAJS.test(file))
    return 'one file knows kafkajs, libs/messaging/src/kafka/kafka-client.ts';
  const [, ours, deeper] = /^@lianban\/([^/]+)(\/.*)?$/.exec(target) ?? [];
  if (!ours || ours === name) return undefined;
  const isDomain = name === 'simulation' && deeper === '/domain';
  // Apart from the data, so that who only reads the catalogue loads no framework.
  const isModule = ours === 'catalogue' && deeper === '/module';
  if (deeper && !isDomain && !isModule) return 'a package is imported by its name alone';
  if (LIBS.includes(ours)) return libraryRule(file, ours, libsFor(kind, name));
  const isTool = TOOLS.includes(ours);
  if (kind === 'libs') return `a library never imports ${isTool ? 'a tool' : 'an app'}`;
  if (kind === 'tools')
    return isTool ? 'a tool never imports a tool' : ruleOfTool(file, name, ours, isDomain);
  if (name === 'standalone') return isTool && !BUNDLED.includes(ours) ? TOOL_IN_APP : undefined;
  return isTool ? TOOL_IN_APP : 'an app never imports an app';
}

/** Most tools meet the services over the network alone. */
function ruleOfTool(file: string, name: string, ours: string, isDomain: boolean): string | undefined {
  if (name === 'openapi' && ours === 'standalone') return undefined;
  if (name === 'certify' && ours.startsWith('adapter-')) return undefined;
  const isSimulated = name === 'simulation' && SIMULATED.includes(ours);
  return isSimulated && (isDomain || file.endsWith('.json'))
    ? undefined
    : 'of the tools, only openapi imports standalone, certify the adapters, and simulation the domain of intake and routing';
}

function leavesPackage(file: string, target: string): string | undefined {
  const root = file.split('/').slice(0, 2).join('/');
  const reached = posix.join(posix.dirname(file), target);
  if (file === READS_WORDS && WORDS.test(reached)) return undefined;
  return reached.startsWith(`${root}/`) ? undefined : 'a relative import stays inside its package';
}

function libraryRule(file: string, ours: string, allowed: string[] | undefined): string | undefined {
  if (!allowed)
    return 'this package has no rule yet, say in libs/testing/src/architecture.ts what it may import';
  if (allowed.includes(ours)) return undefined;
  if (FOR_TESTS.test(file) && (ours === 'testing' || ours === 'engines')) return undefined;
  if (ours === 'testing')
    return 'only specs, mothers, tools/bench, tools/chaos, tools/e2e, tools/fuzz and tools/interop import testing';
  return `this package may import ${allowed.join(', ') || 'nothing of ours'}`;
}

function libsFor(kind: string, name: string): string[] | undefined {
  if (kind === 'libs') return OF_LIBS[name];
  if (kind === 'tools' && !TOOLS.includes(name)) return undefined;
  if (OUTSIDE.includes(name)) return LIBS;
  if (name === 'openapi') return [...OF_SERVICES, 'adapter-kit'];
  if (name === 'certify') return [...OF_SERVICES, 'adapter-kit'];
  if (name === 'simulation') return ['adapter-kit', 'service-kit', 'contracts', 'catalogue', 'testing'];
  if (name === 'standalone') return [...OF_SERVICES, 'engines'];
  if (name === 'provider-simulator') return OF_SERVICES.filter((lib) => lib !== 'messaging');
  if (name.startsWith('adapter-')) return [...OF_SERVICES, 'adapter-kit'];
  return [...OF_SERVICES, ...(OF_SOME_APPS[name] ?? [])];
}

function environmentRead({ file, text }: SourceFile): string[] {
  if (file.endsWith('.json') || READS_ENVIRONMENT.test(file)) return [];
  const code = text.replace(COMMENTS, '');
  return /\bprocess\s*\??\.\s*env\b|\bprocess\[|from 'node:process'/.test(code)
    ? [`${file} reads process.env: a service is given its environment by serve()`]
    : [];
}
