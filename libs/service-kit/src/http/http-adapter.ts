import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../problems/to-problem.js';
import {
  ForbiddenCharacter,
  MethodNotAllowed,
  NotFound,
  ShuttingDown,
  WrongContentType,
} from '../problems/common-problems.js';
import { languageOf } from '../problems/language.js';
import type { Problem } from '../problems/problem.js';
import { sendProblem } from '../problems/render-problem.js';
import { readJson, readJsonTolerantly } from './json-body.js';
import { KnownMethods } from './known-methods.js';
import { isForOperators } from './operations-routes.js';
import { isTolerant } from './tolerant.js';
import { readUrlEncoded, takesUrlEncoded } from './url-encoded.js';

const BODY_LIMIT_BYTES = 32 * 1024;
/** A receipt number may be written in full width, nine bytes a character. */
const MAX_PARAM_BYTES = 400;
const REQUEST_TIMEOUT_MS = 10_000;
/** A connection that comes while the service ends has so long for its first byte. */
const FIRST_BYTE_MS = 500;

/** Answers are personal: no cache may store them and no browser may guess their type. */
const SAFETY_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const OPERATIONS = /^\/(health\/\w+|metrics)(\?|$)/;
const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;
const URL_ENCODED_TYPE = 'application/x-www-form-urlencoded';

/** Routes have no JSON schemas, so Fastify need not load their compilers. */
const NO_SCHEMAS = { compilersFactory: { buildValidator: none, buildSerializer: none } };

function none(): never {
  throw new Error('routes have no schemas here');
}

/** The server counts a connection without a request as busy and would wait a minute for it. */
function closeIfUnused(socket: Socket): void {
  if (socket.bytesRead === 0) socket.destroy();
}

const refuse = (request: FastifyRequest, reply: FastifyReply, problem: Problem) =>
  sendProblem(reply, problem, languageOf(request.headers['accept-language']));

/**
 * Fastify under Nest with common limits. Accepts JSON and keeps its bytes as `rawBody` for signatures; forms of a browser only where a
 * route says so.
 */
export class HttpAdapter extends FastifyAdapter {
  /** Health and metrics are on a port of their own, and nothing else is there. */
  separatesOperations = false;
  private draining = false;
  private closing = false;
  private readonly operations = new WeakSet<IncomingMessage>();
  private readonly sockets = new Set<Socket>();
  private readonly knownMethods = new KnownMethods();
  private isFromOperations?: (socket: Socket) => boolean;

  constructor() {
    super({
      bodyLimit: BODY_LIMIT_BYTES,
      requestTimeout: REQUEST_TIMEOUT_MS,
      trustProxy: false,
      routerOptions: { maxParamLength: MAX_PARAM_BYTES },
      return503OnClosing: false,
      // HEAD on a stream would stay open for ever.
      exposeHeadRoutes: false,
      schemaController: NO_SCHEMAS,
      genReqId: () => randomUUID(),
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
        void refuse(request, reply, toProblem(error)),
    });
    this.getInstance().addHook('onRoute', ({ method, url }) => this.knownMethods.add(method, url));
    this.trackSockets();
    this.readBodies();
    this.refuseUnservable();
  }

  /** From here on health and metrics answer those sockets alone, and nothing else does. */
  separateOperations(isFromOperations: (socket: Socket) => boolean) {
    this.isFromOperations = isFromOperations;
  }

  /** From here on each connection ends with its next answer, so that a client that keeps it opens another one elsewhere. */
  drain() {
    this.draining = true;
  }

  /** From here on new requests are refused while those in progress finish. */
  override beforeClose() {
    this.drain();
    this.closing = true;
    super.beforeClose();
    const { server } = this.getInstance();
    // Answers whose headers are written already end their connections too; with 0 they would be kept for ever.
    server.keepAliveTimeout = 1;
    server.closeIdleConnections();
    this.sockets.forEach(closeIfUnused);
  }

  /** This request came by the port for health and metrics. */
  markOperations(request: IncomingMessage) {
    this.operations.add(request);
  }

  private isMisplaced({ url, raw }: FastifyRequest): boolean {
    return this.separatesOperations && OPERATIONS.test(url) !== this.operations.has(raw);
  }

  private trackSockets() {
    this.getInstance().server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      if (this.closing) setTimeout(() => closeIfUnused(socket), FIRST_BYTE_MS).unref();
    });
  }

  private readBodies() {
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
    fastify.addContentTypeParser(
      URL_ENCODED_TYPE,
      { parseAs: 'string' },
      async (request: FastifyRequest, body: string) => {
        if (!takesUrlEncoded(request)) throw new WrongContentType();
        return readUrlEncoded(body);
      },
    );
  }

  private refuseUnservable() {
    // Not when a request begins: what is answered after the end began has mostly begun before it.
    this.getInstance().addHook('onSend', (_request, reply, _payload, done) => {
      if (this.draining) reply.header('connection', 'close');
      done();
    });
    this.getInstance().addHook('onRequest', async (request, reply) => {
      reply.headers({ ...SAFETY_HEADERS, 'x-request-id': request.id });
      if (this.isOnWrongPort(request)) return refuse(request, reply, new NotFound());
      if (this.closing && request.url !== '/health/live') return refuse(request, reply, new ShuttingDown());
      if (this.isMisplaced(request)) return refuse(request, reply, new NotFound());
      if (/%00/.test(request.url)) return refuse(request, reply, new ForbiddenCharacter());
      const allowed = request.is404 ? this.knownMethods.of(request.url) : [];
      if (allowed.length > 0) return refuse(request, reply, new MethodNotAllowed(allowed));
      // Before its body is read: of some methods a missing one is an error.
      if (request.is404) return refuse(request, reply, new NotFound());
    });
  }

  private isOnWrongPort({ routeOptions, raw }: FastifyRequest): boolean {
    return (
      this.isFromOperations !== undefined &&
      this.isFromOperations(raw.socket) !== isForOperators(routeOptions.url)
    );
  }
}
