import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asProblem } from '../problems/as-problem.js';
import { ForbiddenCharacter, MethodNotAllowed, ShuttingDown } from '../problems/common-problems.js';
import { languageOf } from '../problems/language.js';
import type { Problem } from '../problems/problem.js';
import { sendProblem } from '../problems/render-problem.js';
import { readJson, readJsonTolerantly } from './json-body.js';
import { KnownMethods } from './known-methods.js';
import { isTolerant } from './tolerant.js';

const BODY_LIMIT_BYTES = 32 * 1024;
/** A receipt number may be written in full width, nine bytes a character. */
const LONGEST_PARAM_BYTES = 400;
const REQUEST_TIME_LIMIT_MS = 10_000;

/** What is answered is about a person, or nobody's business: no cache keeps it, no browser guesses what it is. */
const CAUTION = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;

/** Our forms are classes; Fastify would load two compilers of JSON schemas for nobody. */
const NO_SCHEMAS = { compilersFactory: { buildValidator: none, buildSerializer: none } };

function none(): never {
  throw new Error('routes have no schemas here');
}

const refuse = (request: FastifyRequest, reply: FastifyReply, problem: Problem) =>
  sendProblem(reply, problem, languageOf(request.headers['accept-language']));

/** Fastify under Nest, with the house's limits; takes JSON only and keeps its bytes as `rawBody` for signatures. */
export class HttpDoor extends FastifyAdapter {
  private closing = false;
  private readonly sockets = new Set<Socket>();
  private readonly known = new KnownMethods();

  constructor() {
    super({
      bodyLimit: BODY_LIMIT_BYTES,
      requestTimeout: REQUEST_TIME_LIMIT_MS,
      trustProxy: false,
      routerOptions: { maxParamLength: LONGEST_PARAM_BYTES },
      return503OnClosing: false,
      // A stream answered to HEAD would stay open for ever.
      exposeHeadRoutes: false,
      schemaController: NO_SCHEMAS,
      genReqId: () => randomUUID(),
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
        void refuse(request, reply, asProblem(error)),
    });
    this.getInstance().addHook('onRoute', ({ method, url }) => this.known.note(method, url));
    this.noteSockets();
    this.readJsonOnly();
    this.refuseWhatCannotBeServed();
  }

  /** From here on everyone is told to come back, while what is under way is finished. */
  override beforeClose() {
    this.closing = true;
    super.beforeClose();
    this.dropUnused();
  }

  private noteSockets() {
    this.getInstance().server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** A connection opened ahead of need counts as busy for the server, which would wait a minute for it. */
  private dropUnused() {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  private readJsonOnly() {
    const fastify = this.getInstance();
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser(
      JSON_TYPE,
      { parseAs: 'buffer' },
      async (request: FastifyRequest, body: Buffer) => {
        Object.assign(request, { rawBody: body });
        return isTolerant(request) ? readJsonTolerantly(body) : readJson(body);
      },
    );
  }

  private refuseWhatCannotBeServed() {
    this.getInstance().addHook('onRequest', async (request, reply) => {
      reply.headers({ ...CAUTION, 'x-request-id': request.id });
      if (this.closing && request.url !== '/health/live') return refuse(request, reply, new ShuttingDown());
      if (/%00/.test(request.url)) return refuse(request, reply, new ForbiddenCharacter());
      const allowed = request.is404 ? this.known.of(request.url) : [];
      if (allowed.length > 0) return refuse(request, reply, new MethodNotAllowed(allowed));
    });
  }
}
