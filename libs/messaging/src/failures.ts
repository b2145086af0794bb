/** `away`: the database cannot be reached; `contended`: it asked us to try again; `permanent`: the handler's own fault. */
export type FailureKind = 'away' | 'contended' | 'permanent';

/** Somebody else made the same thing meanwhile: the transaction is to be tried again. */
export class MadeMeanwhile extends Error {
  readonly code = '40001';
}

const AWAY = /^(08|57P|53)/;
const CONTENDED = new Set(['40001', '40P01', '55P03', '57014', '25P03', '25P04']);
const SOCKET = /ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|Connection terminated|connect(ion)? timeout/i;

/** Sorts a failure by PostgreSQL's SQLSTATE (Appendix A of its manual), or by what the socket said. */
export function kindOf(error: unknown): FailureKind {
  const { code, message, driverError } = error as {
    code?: string;
    message?: string;
    driverError?: { code?: string };
  };
  const state = driverError?.code ?? code ?? '';
  if (CONTENDED.has(state)) return 'contended';
  if (AWAY.test(state) || SOCKET.test(state) || SOCKET.test(message ?? '')) return 'away';
  return 'permanent';
}

/** Milliseconds to wait after so many failures in a row: doubling from 100 ms to 5 s, with full jitter on the upper half. */
export function backOff(failures: number, random: () => number = Math.random): number {
  const limit = Math.min(5_000, 100 * 2 ** Math.min(failures - 1, 10));
  return Math.round(limit / 2 + (limit / 2) * random());
}
