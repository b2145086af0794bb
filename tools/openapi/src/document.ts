import type { Type } from '@nestjs/common';
import type { ApiDescription } from '@lianban/service-kit';
import type { ResponseTypes } from './answers.js';
import { formSchemas } from './forms.js';
import { problemSchema, refusalResponses } from './refusals.js';
import { routesOf, type Route } from './routes.js';
import { refTo, type Schema } from './schema.js';

const BODY_LIMIT_BYTES = 32 * 1024;
const MAX_PARAM_LENGTH = 100;

const header = (description: string, schema: Schema): Schema => ({ description, schema });

const HEADERS = {
  'x-request-id': header('Names this request in our logs.', { type: 'string', format: 'uuid' }),
  'content-language': header('Of `detail`.', { enum: ['zh-CN', 'en'] }),
  'retry-after': header('Seconds to wait before the next try.', { type: 'string', pattern: '^[0-9]+$' }),
  'www-authenticate': header('How to sign in (RFC 6750).', { type: 'string' }),
};

/** The OpenAPI 3.1 document of one service. */
export async function documentOf(name: string, service: Type, answers: ResponseTypes) {
  const routes = (await routesOf(service)).sort((a, b) => compare(idOf(a), idOf(b)));
  const schemas: Record<string, Schema> = { Problem: problemSchema };
  const responses: Record<string, Schema> = {};
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of routes) {
    const { body, isTolerant } = route.description;
    if (body) Object.assign(schemas, formSchemas(body, isTolerant));
    (paths[route.path] ??= {})[route.method] = operationOf(route, answers, responses);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `Lianban: ${name}`,
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      headers: HEADERS,
      responses: sorted(responses),
      schemas: sorted({ ...reached(paths, answers.schemas), ...schemas }),
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const idOf = ({ path, method }: Route): string => `${path} ${method}`;
const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));

function operationOf(route: Route, answers: ResponseTypes, shared: Record<string, Schema>): Schema {
  const { controller, handler, mayCall, description } = route;
  const comment = answers.commentOf(controller, handler);
  const parameters = [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)];
  return {
    operationId: `${handler}${controller.replace(/Controller$/, '')}`,
    ...(comment && { description: comment }),
    ...(parameters.length > 0 && { parameters }),
    ...(description.body && { requestBody: requestBodyOf(description, route.method) }),
    security: mayCall === 'anyone' ? [] : [{ token: mayCall }],
    responses: { ...answersOf(route, answers), ...refusalResponses(route, shared) },
  };
}

const pathParameters = ({ params }: Route): Schema[] =>
  params.map(({ name, isUuid }) => ({
    name,
    in: 'path',
    required: true,
    schema: isUuid ? { type: 'string', format: 'uuid' } : { type: 'string', maxLength: MAX_PARAM_LENGTH },
  }));

function queryParameters({ description: { query } }: Route): Schema[] {
  if (!query) return [];
  const { properties = {}, required = [] } = formSchemas(query)[query.name]!;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: (required as string[]).includes(name),
    schema: notNull(schema),
  }));
}

/** An address has no null. */
function notNull(schema: Schema): Schema {
  if (Array.isArray(schema.type)) return { ...schema, type: schema.type.find((each) => each !== 'null')! };
  const [first, ...others] = (schema.anyOf as Schema[] | undefined) ?? [];
  return first && others.every(({ type }) => type === 'null') ? first : schema;
}

const ACCEPT_LANGUAGE = {
  name: 'accept-language',
  in: 'header',
  required: false,
  description: 'Chinese, unless English is wanted more.',
  schema: { type: 'string' },
};

const headerParameters = ({ description: { headers = {} } }: Route): Schema[] => [
  ...Object.entries(headers).map(([name, { required = false, pattern, description }]) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string', ...(pattern && { pattern }) },
  })),
  ACCEPT_LANGUAGE,
];

function requestBodyOf({ body: Form, bodyType }: ApiDescription, method: string): Schema {
  const { required } = formSchemas(Form!)[Form!.name]!;
  const json = ['application/json', ...(method === 'patch' ? ['application/merge-patch+json'] : [])];
  return {
    description: `${bodyType ? 'In' : 'JSON in'} UTF-8, ${BODY_LIMIT_BYTES} bytes${bodyType ? '' : ' and 32 levels'} at most.`,
    required: Boolean(required),
    content: Object.fromEntries(
      (bodyType ? [bodyType] : json).map((type) => [type, { schema: refTo(Form!.name) }]),
    ),
  };
}

function answersOf({ controller, handler, status, description }: Route, answers: ResponseTypes): Schema {
  const { streams, answers: told = {}, alsoAnswers = [] } = description;
  const contentType = streams ? 'text/event-stream' : (description.contentType ?? 'application/json');
  const schema = streams
    ? eventOf(answers.schemaOf(controller, streams)!)
    : description.contentType
      ? { type: 'string' }
      : answers.schemaOf(controller, handler);
  const response = {
    description: schema ? 'The answer.' : 'Done, or asked for; there is nothing to read.',
    headers: {
      'x-request-id': { $ref: '#/components/headers/x-request-id' },
      ...Object.fromEntries(
        Object.entries(told).map(([name, says]) => [name, header(says, { type: 'string' })]),
      ),
    },
    ...(schema && { content: { [contentType.split(';')[0]!]: { schema } } }),
  };
  return Object.fromEntries([status, ...alsoAnswers].map((each) => [each, response]));
}

/** One event of a stream; the first may only say when to come again. */
const eventOf = (data: Schema): Schema => ({
  type: 'object',
  properties: {
    id: { type: 'string', description: 'The revision; give it as `Last-Event-ID`.' },
    event: { enum: ['status'] },
    data: { type: 'string', contentMediaType: 'application/json', contentSchema: data },
    retry: { type: ['integer', 'string'] },
  },
});

/** The schemas that are meant somewhere below, by their names. */
function reached(from: unknown, all: Record<string, Schema>, found: Record<string, Schema> = {}) {
  for (const [, name = ''] of JSON.stringify(from).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (found[name] || !all[name]) continue;
    found[name] = all[name];
    reached(all[name], all, found);
  }
  return found;
}
