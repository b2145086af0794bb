import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export const ROLES = ['clerk', 'officer', 'lead-officer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls, as the token says: a clerk of a hall, an officer of a provider, one who leads them, or an operator. */
export interface Caller {
  subject: string;
  role: Role;
  hall?: string;
  provider?: string;
}

export type RequestOfCaller = FastifyRequest & { caller?: Caller };

/** The caller, in a route that is `@For` somebody. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<RequestOfCaller>().caller,
);
