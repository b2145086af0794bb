export interface ErrorDescription {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: ErrorDescription;
}

/** Errors as TypeORM and pg throw them. */
interface DatabaseError extends Error {
  code?: string;
  constraint?: string;
  table?: string;
  driverError?: { code?: string; constraint?: string; table?: string };
}

// PostgreSQL quotes the rejected value in classes 22 and 23, and a JSON syntax error quotes the text around it.
function messageOf(error: DatabaseError) {
  const { code, table, constraint } = error.driverError ?? error;
  if (/^2[23]/.test(code ?? ''))
    return `the database refused a value (${[code, table, constraint].filter(Boolean).join(', ')})`;
  return error instanceof SyntaxError ? 'a text could not be read' : error.message;
}

const framesOf = (error: Error) =>
  error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');

/** Describes an error for the log, without values of a query, a form or a message. */
export function describeError(thrown: unknown): ErrorDescription {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: 'not an error was thrown' };
  const error: DatabaseError = thrown;
  return {
    type: error.name,
    message: messageOf(error),
    code: error.driverError?.code ?? error.code,
    stack: framesOf(error),
    ...(error.cause ? { cause: describeError(error.cause) } : {}),
  };
}
