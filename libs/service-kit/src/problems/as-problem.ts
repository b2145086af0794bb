import { HttpException } from '@nestjs/common';
import {
  BodyTooLarge,
  Internal,
  MalformedJson,
  MalformedRequest,
  NoSuchThing,
  WrongContentType,
} from './house-problems.js';
import { Problem } from './problem.js';

const FASTIFY_ERRORS: Record<string, () => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new BodyTooLarge(),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new WrongContentType(),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new MalformedRequest(),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new MalformedJson(),
  FST_ERR_BAD_URL: () => new MalformedRequest(),
  FST_ERR_MAX_PARAM_LENGTH: () => new NoSuchThing(),
};

function fromStatus(status: number) {
  if (status === 404) return new NoSuchThing();
  return status >= 400 && status < 500 ? new MalformedRequest(status) : new Internal();
}

/** What the caller is told of anything thrown: of what we did not foresee, nothing. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof HttpException) return fromStatus(thrown.getStatus());
  const { code, statusCode } = (thrown ?? {}) as { code?: string; statusCode?: number };
  return (
    FASTIFY_ERRORS[code ?? '']?.() ?? fromStatus(code?.startsWith('FST_ERR') ? (statusCode ?? 500) : 500)
  );
}
