import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fieldsOf, isSecret, serviceOptionsOf, variableOf, type ConfigClass } from '@lianban/service-kit';
import { MODULES, PROGRAMS } from '@lianban/standalone';
import { validateSync } from 'class-validator';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the table is committed. */
export const CONFIGURATION = join(ROOT, 'k8s/configuration.md');

const SOURCES = ['{apps,libs}/*/src/**/*.config.ts', 'libs/service-kit/src/config/config-loader.ts'];
const UNITS: Record<string, string> = { MS: 'ms', SECONDS: 's', BYTES: 'bytes' };

export interface Variable {
  name: string;
  default: string;
  unit: string;
  meaning: string;
  isSecret: boolean;
  usedBy: string[];
}

/** Every variable that a program of the image reads, from the classes that read it and their comments. */
export function allVariables(): Variable[] {
  const meanings = readMeanings();
  const variables = new Map<string, Variable>();
  const readers: [string, readonly ConfigClass[]][] = [
    ...[...MODULES].map(([name, module]): [string, ConfigClass[]] => [
      name,
      serviceOptionsOf(module).configs,
    ]),
    ...PROGRAMS,
  ];
  for (const [reader, configs] of readers)
    for (const Config of configs)
      for (const field of fieldsOf(Config)) {
        const name = variableOf(field);
        const known = variables.get(name) ?? toVariable(Config, field, meanings);
        known.usedBy.push(reader);
        variables.set(name, known);
      }
  return [...variables.values()];
}

function toVariable(Config: ConfigClass, field: string, meanings: Map<string, string>): Variable {
  const name = variableOf(field);
  const meaning = findMeaning(Config, field, meanings);
  if (!meaning) throw new Error(`${Config.name}.${field} has no comment that says what it means`);
  const config = new Config();
  const value = (config as Record<string, unknown>)[field];
  const isRequired = validateSync(config).some(({ property }) => property === field);
  return {
    name,
    default: isRequired
      ? 'required'
      : value === undefined || String(value) === ''
        ? ''
        : `\`${String(value)}\``,
    unit: UNITS[name.slice(name.lastIndexOf('_') + 1)] ?? '',
    meaning,
    isSecret: isSecret(Config, field),
    usedBy: [],
  };
}

/** Of the class or, for a field that it inherits, of the class that it extends. */
function findMeaning(Config: ConfigClass, field: string, meanings: Map<string, string>): string | undefined {
  const parent = Object.getPrototypeOf(Config) as ConfigClass;
  return (
    meanings.get(`${Config.name}.${field}`) ??
    (parent.name ? findMeaning(parent, field, meanings) : undefined)
  );
}

/** The comment of each field, by `Class.field`. */
function readMeanings(): Map<string, string> {
  const meanings = new Map<string, string>();
  for (const file of globSync(SOURCES, { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const declared of ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements)
      if (ts.isClassDeclaration(declared))
        for (const member of declared.members) {
          const [comment] = ts.getJSDocCommentsAndTags(member);
          const words = ts.getTextOfJSDocComment(comment?.comment);
          if (words)
            meanings.set(`${declared.name!.text}.${member.name!.getText()}`, words.replace(/\s+/g, ' '));
        }
  }
  return meanings;
}

const services = [...MODULES.keys()];

function readersOf({ usedBy }: Variable): string {
  const isEverywhere = services.every((service) => usedBy.includes(service));
  const adapters = services.filter((service) => service.startsWith('adapter-'));
  const areAdapters = adapters.every((adapter) => usedBy.includes(adapter));
  const named = usedBy.filter(
    (reader) => !(isEverywhere && services.includes(reader)) && !(areAdapters && adapters.includes(reader)),
  );
  return [...(isEverywhere ? ['every service'] : areAdapters ? ['adapters'] : []), ...named].join(', ');
}

const rowOf = (variable: Variable): string => {
  const { name, unit, meaning, isSecret: secret } = variable;
  const shown = secret ? `\`${name}\` or \`${name}_FILE\`` : `\`${name}\``;
  const cells = [
    shown,
    variable.default,
    unit,
    meaning.replaceAll('|', '\\|'),
    secret ? 'yes' : '',
    readersOf(variable),
  ];
  return `| ${cells.join(' | ')} |`;
};

export const configurationTable = (): string =>
  [
    '# Configuration of every program',
    '',
    'Written by `npm run configuration` from the classes that read the environment. Do not edit.',
    'A secret may be given as a file: `X_FILE` is the path of what `X` would hold, and a changed file is used without a restart.',
    '',
    '| variable | default | unit | meaning | secret | read by |',
    '| --- | --- | --- | --- | --- | --- |',
    ...allVariables()
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map(rowOf),
    '',
  ].join('\n');
