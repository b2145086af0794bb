/** `away`: the database cannot be reached; `contended`: a retry may succeed; `permanent`: the statement itself is wrong. */
export type FailureKind = 'away' | 'contended' | 'permanent';

// 28: the password is being changed; events must wait and not be parked. 3D000: the database is being created.
// 25006: this server may only be read since another one has taken over.
const AWAY = /^(08|28|57P|53|3D000$|25006$)/;
const CONTENDED = new Set(['40001', '40P01', '55P03', '57014', '25P03', '25P04']);
const SOCKET =
  /ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|Connection terminated|Client was closed|connect(ion)? timeout|timeout exceeded when trying to connect|server does not support SSL/i;
/** Node's codes for a certificate that is not trusted, not valid now or for another name. */
const TLS = /CERT|^ERR_TLS|^ERR_SSL|^UNABLE_TO_/;

/** Classifies an error by PostgreSQL's SQLSTATE (Appendix A of its manual) or by the socket's error. */
export function classifyDatabaseError(error: unknown): FailureKind {
  const { code, message, driverError } = error as {
    code?: string;
    message?: string;
    driverError?: { code?: string };
  };
  const state = driverError?.code ?? code ?? '';
  if (CONTENDED.has(state)) return 'contended';
  if (AWAY.test(state) || TLS.test(state) || SOCKET.test(state) || SOCKET.test(message ?? '')) return 'away';
  return 'permanent';
}
