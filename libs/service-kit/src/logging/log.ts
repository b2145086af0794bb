import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { destination, levels, pino, stdTimeFunctions } from 'pino';
import type { Logger } from 'pino';
import { describeError } from './describe-error.js';
import { mask } from './mask.js';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
/** Contexts in which Nest logs every module and route at each start. */
const FRAMEWORK_CHATTER = new Set<unknown>([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
]);

export interface LineSink {
  write(line: string): unknown;
}

/**
 * JSON lines with masking. Accepts what Nest's logger accepts, plus an error or an object of fields:
 * `log.warn('operation parked', { operation: id })`, `log.error('cannot reach the provider', error)`.
 * Log ids, codes and counts; never a form, a header or a query.
 */
export class Log implements LoggerService {
  private constructor(private readonly pino: Logger) {}

  /** Writes to the sink, by default standard output; an unknown level counts as `info`. */
  static to(sink: LineSink = destination({ fd: 1, sync: true }), level = 'info') {
    const masked = { write: (line: string) => void sink.write(mask(line)) };
    const known = level in levels.values ? level : 'info';
    const options = {
      level: known,
      base: undefined,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      mixin: activeSpan,
    };
    return new Log(pino({ ...options, formatters: { level: (label) => ({ level: label }) } }, masked));
  }

  /** The same log with these fields in every line. */
  with(fields: Record<string, unknown>) {
    return new Log(this.pino.child(fields));
  }

  log(message: unknown, ...more: unknown[]) {
    this.write(FRAMEWORK_CHATTER.has(more.at(-1)) ? 'debug' : 'info', message, more);
  }
  error(message: unknown, ...more: unknown[]) {
    this.write('error', message, more);
  }
  warn(message: unknown, ...more: unknown[]) {
    this.write('warn', message, more);
  }
  debug(message: unknown, ...more: unknown[]) {
    this.write('debug', message, more);
  }
  verbose(message: unknown, ...more: unknown[]) {
    this.write('trace', message, more);
  }
  fatal(message: unknown, ...more: unknown[]) {
    this.write('fatal', message, more);
  }

  private write(level: Level, message: unknown, more: unknown[]) {
    const fields: Record<string, unknown> = Object.assign({}, ...[message, ...more].map(fieldsOf));
    this.pino[level](fields, typeof message === 'string' ? message : undefined);
  }
}

/** Where a span is active, the line can be found from it and the other way round. */
function activeSpan(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

const looksLikeStack = (text: string) => /\n\s+at /.test(text);

function fieldsOf(part: unknown, position: number) {
  if (part instanceof Error) return { error: describeError(part) };
  if (typeof part === 'object' && part !== null) return part;
  if (typeof part !== 'string' || position === 0) return {};
  return looksLikeStack(part) ? { stack: part.split('\n').slice(1).join('\n') } : { context: part };
}
