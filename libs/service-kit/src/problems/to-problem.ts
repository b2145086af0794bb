import { HttpException } from '@nestjs/common';
import { classifyDatabaseError } from '../database/failure-kind.js';
import {
  BodyTooLarge,
  DatabaseUnavailable,
  Internal,
  MalformedRequest,
  NotFound,
  WrongContentType,
} from './common-problems.js';
import { Problem } from './problem.js';

const BY_STATUS: Record<number, () => Problem> = {
  404: () => new NotFound(),
  413: () => new BodyTooLarge(),
  414: () => new NotFound(),
  415: () => new WrongContentType(),
};

const fromStatus = (status: number) =>
  BY_STATUS[status]?.() ?? (status >= 400 && status < 500 ? new MalformedRequest(status) : new Internal());

/** Maps anything thrown to a problem; unexpected errors become `Internal` without details. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof HttpException) return fromStatus(thrown.getStatus());
  if (classifyDatabaseError(thrown ?? {}) !== 'permanent') return new DatabaseUnavailable();
  const { code, statusCode } = (thrown ?? {}) as { code?: unknown; statusCode?: number };
  return fromStatus(String(code).startsWith('FST_ERR') ? (statusCode ?? 500) : 500);
}
