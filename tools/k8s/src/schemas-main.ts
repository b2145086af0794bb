import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

// npm run k8s:schemas -- FOLDER: writes k8s/schemas from the CustomResourceDefinitions (YAML) in and below a folder, for the kinds
// that the manifests use: without descriptions, and closed, so that a member nobody knows is found.
const KINDS = [
  'Kafka',
  'KafkaNodePool',
  'KafkaTopic',
  'KafkaUser',
  'Cluster',
  'PodMonitor',
  'PrometheusRule',
  'HTTPRoute',
  'ScaledObject',
  'ExternalSecret',
];
const KEPT = [
  'type',
  'required',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'enum',
];

interface Schema {
  [keyword: string]: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
}
interface Definition {
  kind?: string;
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; served: boolean; schema: { openAPIV3Schema: Schema } }[];
  };
}

/** Patterns are Go's; those with flags inside are no regular expressions here, and only the API server checks them. */
const isOfGo = (keyword: string, value: unknown): boolean =>
  keyword === 'pattern' && String(value).includes('(?i)');

const folder = process.argv[2];
if (!folder) throw new Error('a folder with definitions is needed');
const out = fileURLToPath(new URL('../../../k8s/schemas', import.meta.url));
mkdirSync(out, { recursive: true });
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
  if (file.endsWith('.yaml'))
    for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
      write((document.toJS() ?? {}) as Definition);

function write({ kind, spec }: Definition): void {
  if (kind !== 'CustomResourceDefinition' || !KINDS.includes(spec.names.kind)) return;
  for (const { name, served, schema } of spec.versions)
    if (served)
      writeFileSync(
        join(out, `${spec.group}_${name}_${spec.names.kind}.json`),
        `${JSON.stringify(resource(schema.openAPIV3Schema))}\n`,
      );
}

function resource(schema: Schema): Schema {
  const text = { type: 'string' };
  return {
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    additionalProperties: false,
    properties: {
      ...closed(schema).properties,
      apiVersion: text,
      kind: text,
      metadata: { type: 'object' },
      status: {},
    },
  };
}

function closed(schema: Schema): Schema {
  if (schema['x-kubernetes-int-or-string']) return { type: ['integer', 'string'] };
  const { properties, items, additionalProperties } = schema;
  const kept: Schema = Object.fromEntries(
    KEPT.filter((keyword) => schema[keyword] !== undefined && !isOfGo(keyword, schema[keyword])).map(
      (keyword) => [keyword, schema[keyword]],
    ),
  );
  if (items) kept.items = closed(items);
  if (properties)
    kept.properties = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, closed(value)]),
    );
  if (typeof additionalProperties === 'object') kept.additionalProperties = closed(additionalProperties);
  else if (properties && !schema['x-kubernetes-preserve-unknown-fields']) kept.additionalProperties = false;
  return kept;
}
