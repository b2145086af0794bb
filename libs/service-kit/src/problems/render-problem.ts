import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Language, Problem } from './problem.js';

/** The body of RFC 9457, in one language. */
export function problemBody(problem: Problem, language: Language) {
  return {
    type: `urn:lianban:problem:${problem.code}`,
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.text[language],
    ...(problem.extra.errors && {
      errors: problem.extra.errors.map(({ pointer, code, text }) => ({
        pointer,
        code,
        detail: text[language],
      })),
    }),
    ...problem.extra.members,
  };
}

export function sendProblem(reply: FastifyReply, problem: Problem, language: Language) {
  return reply
    .code(problem.status)
    .headers({ 'content-language': language, vary: 'accept-language', ...problem.extra.headers })
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(problem, language)));
}
