import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export const ROLES = ['clerk', 'officer', 'lead-officer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls, according to the token: a clerk of a hall, an officer or lead officer of a provider, or an operator. */
export interface Caller {
  subject: string;
  role: Role;
  hall?: string;
  provider?: string;
}

export type AuthenticatedRequest = FastifyRequest & { caller?: Caller };

/** The caller, in a route with `@Roles`. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<AuthenticatedRequest>().caller,
);
