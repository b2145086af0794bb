import { Catch } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../logging/log.js';
import { toProblem } from './to-problem.js';
import { DatabaseUnavailable } from './common-problems.js';
import { languageOf } from './language.js';
import { sendProblem } from './render-problem.js';

/** Answers anything thrown as problem details and logs unexpected errors. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost) {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(thrown);
    if (problem instanceof DatabaseUnavailable)
      this.log.warn('the database is unavailable', { requestId: request.id }, asError(thrown));
    if (problem.status === 500) this.log.error('request failed', { requestId: request.id }, asError(thrown));
    if (reply.sent || reply.raw.headersSent) return;
    sendProblem(reply, problem, languageOf(request.headers['accept-language']));
  }
}

const asError = (thrown: unknown) =>
  thrown instanceof Error ? thrown : new Error('something else was thrown');
