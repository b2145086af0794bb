import {
  InvalidToken,
  BodyTooLarge,
  DatabaseUnavailable,
  ForbiddenCharacter,
  ForbiddenKey,
  InvalidForm,
  IssuerUnreachable,
  JsonTooDeep,
  MalformedJson,
  MalformedRequest,
  NotFound,
  NoToken,
  ShuttingDown,
  WrongContentType,
  WrongRole,
  type Problem,
} from '@lianban/service-kit';
import type { Route } from './routes.js';
import { refTo, type Schema } from './schema.js';

type Refusal = new (...args: never[]) => Problem;

const OF_TOKENS = [NoToken, InvalidToken, WrongRole, IssuerUnreachable];
const OF_BODIES = [
  MalformedJson,
  JsonTooDeep,
  ForbiddenKey,
  MalformedRequest,
  BodyTooLarge,
  WrongContentType,
];

/** Everything a route may refuse: what its kind may, and what it says itself. */
function refusalsOf({ mayCall, mayHaveBody, params, description }: Route): Problem[] {
  const { body, query, refuses = [], needsNoDatabase } = description;
  const classes: Refusal[] = [
    ForbiddenCharacter,
    ShuttingDown,
    ...(needsNoDatabase ? [] : [DatabaseUnavailable]),
    ...(mayCall === 'anyone' ? [] : OF_TOKENS),
    ...(mayHaveBody ? OF_BODIES : []),
    ...(params.length > 0 ? [NotFound] : []),
    ...(params.some(({ isUuid }) => isUuid) ? [MalformedRequest] : []),
    ...(body || query ? [InvalidForm] : []),
    ...refuses,
  ];
  // What a refusal is given on the way is no part of its code or status.
  return [...new Set(classes)].map((Each) => Reflect.construct(Each, Each.length > 0 ? [[]] : []) as Problem);
}

/** The refusals of a route by their status; each is a response of its own in `shared`, named after its codes. */
export function refusalResponses(route: Route, shared: Record<string, Schema>): Record<string, Schema> {
  const byStatus = Map.groupBy(refusalsOf(route), ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, problems]) => {
      const codes = [...new Set(problems.map(({ code }) => code))].sort();
      const page = route.description.bodyType && route.description.contentType;
      const name = [status, ...codes, ...(page ? ['page'] : [])].join('.');
      shared[name] ??= responseOf(status, codes, problems, page);
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
}

function responseOf(
  status: number,
  codes: readonly string[],
  problems: readonly Problem[],
  page: string | undefined,
): Schema {
  const told = new Set(problems.flatMap(({ extra }) => Object.keys(extra.headers ?? {})));
  const schema = { ...refTo('Problem'), properties: { status: { const: status }, code: { enum: codes } } };
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: {
      'x-request-id': { $ref: '#/components/headers/x-request-id' },
      'content-language': { $ref: '#/components/headers/content-language' },
      ...(told.has('retry-after') && { 'retry-after': { $ref: '#/components/headers/retry-after' } }),
      ...(told.has('www-authenticate') && {
        'www-authenticate': { $ref: '#/components/headers/www-authenticate' },
      }),
    },
    content: {
      'application/problem+json': { schema },
      ...(page && { [page.split(';')[0]!]: { schema: { type: 'string' } } }),
    },
  };
}

/** RFC 9457, with a stable code; docs/problems.md says what each means. */
export const problemSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string', pattern: '^urn:lianban:problem:[a-z-]+$' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string', pattern: '^[a-z]+(-[a-z]+)*$', description: 'What happened; build on it.' },
    detail: { type: 'string', description: 'A sentence for people, in the language of `Content-Language`.' },
    errors: {
      type: 'array',
      description: 'Of a form: everything that is wrong with it.',
      maxItems: 200,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'RFC 6901, into what was sent.' },
          code: { type: 'string', pattern: '^[a-z]+(-[a-z]+)*$' },
          detail: { type: 'string' },
        },
      },
    },
    successor: { type: 'string', format: 'uuid', description: '`correction-replaced`: what is asked now.' },
    version: { type: 'integer', description: '`version-conflict`: the version that is there now.' },
  },
};
