import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { orNull, type Schema } from './schema.js';

type Form = new () => object;

/** What the library has no schema for, or a wrong one; the sense of a document number or of plain text is in no schema. */
const OWN_SCHEMAS = {
  isInstant: { type: 'string', format: 'date-time' },
  isDay: { type: 'string', format: 'date' },
  isPlainText: { type: 'string' },
  isUuid: { type: 'string', format: 'uuid' },
};

/** The schema of a form, with those it is made of by their names: from the very decorators that validate it. */
export function formSchemas(Form: Form, isTolerant = false): Record<string, Schema> {
  const all = validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage as never,
    refPointerPrefix: '#/components/schemas/',
    additionalConverters: OWN_SCHEMAS as never,
  }) as Record<string, Schema>;
  const schemas: Record<string, Schema> = {};
  const add = (Each: Form): void => {
    const schema = closed(Each, all[Each.name] ?? { type: 'object', properties: {} });
    schemas[Each.name] = isTolerant ? opened(schema) : schema;
    for (const below of madeOf(Each)) if (!schemas[below.name]) add(below);
  };
  add(Form);
  return schemas;
}

/** What the class does not name is refused; what it has a value for may be left out; the optional may also be null. */
function closed(Form: Form, { properties = {}, required = [] }: Schema): Schema {
  const usual = Object.entries(new Form()).filter(([, value]) => value !== undefined);
  const defaults = new Map<string, unknown>(usual);
  const named = Object.entries(properties).map(([name, schema]) => {
    const told = schema.$ref
      ? { $ref: schema.$ref }
      : defaults.has(name)
        ? { ...schema, default: defaults.get(name) }
        : schema;
    return [name, isOptional(Form, name) ? orNull(told) : told];
  });
  const needed = (required as string[]).filter((name) => !defaults.has(name) && !takesAnything(Form, name));
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(named) as Record<string, Schema>,
    ...(needed.length > 0 && { required: needed }),
  };
}

const CUT = ['maxLength', 'maxItems'];

/** Read tolerantly, it may have more members, and what is too long is cut. */
const opened = (schema: Schema): Schema => ({
  ...(JSON.parse(
    JSON.stringify(schema, (name, value: unknown) => (CUT.includes(name) ? undefined : value)),
  ) as Schema),
  additionalProperties: true,
});

const rulesOf = (Form: Form, name?: string) =>
  getMetadataStorage()
    .getTargetValidationMetadatas(Form, '', false, false)
    .filter(({ propertyName }) => name === undefined || propertyName === name);

const isOptional = (Form: Form, name: string): boolean =>
  rulesOf(Form, name).some(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);

const takesAnything = (Form: Form, name: string): boolean =>
  rulesOf(Form, name).every(({ type }) => type === ValidationTypes.WHITELIST);

const madeOf = (Form: Form): Form[] =>
  rulesOf(Form).flatMap(({ propertyName, target }) => {
    const type = defaultMetadataStorage.findTypeMetadata(target as Form, propertyName);
    return type ? [type.typeFunction() as Form] : [];
  });
