import { MalformedJson, Problem } from '@lianban/service-kit';
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';

const BODY_LIMIT_BYTES = 1024 * 1024;

const none = (): never => {
  throw new Error('no JSON schemas here');
};
/** Without these Fastify would load its compilers of schemas, which the bundle leaves out. */
const NO_SCHEMAS = { compilersFactory: { buildValidator: () => none, buildSerializer: () => none } };

/** Bodies stay text: a signature is over every byte. */
export function createApp(): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    schemaController: NO_SCHEMAS,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/json\b/,
    { parseAs: 'string' },
    async (_: unknown, body: string) => body,
  );
  app.setErrorHandler(answerProblem);
  return app;
}

/** Reads a body as JSON. @throws MalformedJson */
export function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body)) as unknown;
  } catch {
    throw new MalformedJson();
  }
}

/** Breaks the connection off without an answer. */
export function dropConnection(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}

function answerProblem(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply) {
  const isEnglish = request.headers['accept-language']?.startsWith('en');
  const language = isEnglish ? 'en' : 'zh-CN';
  const { code, status, title, errors } = describeError(error, language);
  reply.code(status).type('application/problem+json');
  return reply.send({ type: 'about:blank', title, status, code, ...(errors && { errors }) });
}

function describeError(error: FastifyError | Problem, language: 'zh-CN' | 'en') {
  if (!(error instanceof Problem)) {
    const { statusCode: status = 500 } = error;
    return { code: status < 500 ? 'malformed-request' : 'internal', status, title: error.message };
  }
  const errors = error.extra.errors?.map(({ text, ...place }) => ({ ...place, detail: text[language] }));
  return { code: error.code, status: error.status, title: error.text[language], errors };
}
