import type { JWTPayload } from 'jose';
import { InvalidToken, WrongRole } from '../problems/common-problems.js';
import { ROLES } from './caller.js';
import type { Caller, Role } from './caller.js';

const word = (claim: unknown) => (typeof claim === 'string' && claim ? claim : undefined);

/** @throws WrongRole for an unknown role, InvalidToken if a clerk has no hall or an officer no provider */
export function readCaller(claims: JWTPayload): Caller {
  const role = ROLES.find((known): known is Role => known === claims.role);
  const caller = { hall: word(claims.hall), provider: word(claims.provider) };
  if (!role) throw new WrongRole();
  const isOfficer = role === 'officer' || role === 'lead-officer';
  if (!claims.sub || (role === 'clerk' && !caller.hall) || (isOfficer && !caller.provider))
    throw new InvalidToken();
  return { subject: claims.sub, role, ...caller };
}
