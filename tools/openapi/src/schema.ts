/** A JSON Schema of draft 2020-12, which is what OpenAPI 3.1 has. */
export interface Schema {
  [keyword: string]: unknown;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[] | boolean;
  description?: string;
}

export const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** The schema, or null. */
export function orNull(schema: Schema): Schema {
  if (schema.$ref) return { anyOf: [{ $ref: schema.$ref }, { type: 'null' }] };
  if (typeof schema.type === 'string' && !schema.enum) return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}
