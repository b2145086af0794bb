import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { NoToken, WrongRole } from '../problems/common-problems.js';
import type { AuthenticatedRequest } from './caller.js';
import { ROLES_KEY } from './roles.js';
import type { AllowedCallers } from './roles.js';
import { TokenVerifier } from './token-verifier.js';

/** Admits only callers that the route names. Everything under `/v1/ops/` is for operators. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const allowed = this.allowed(context, request.routeOptions.url);
    if (allowed === 'anyone') return true;
    request.caller = await this.tokens.verify(bearerOf(request.headers.authorization));
    if (!allowed.includes(request.caller.role)) throw new WrongRole();
    return true;
  }

  private allowed(context: ExecutionContext, route = ''): AllowedCallers {
    if (route.startsWith('/v1/ops/')) return ['operator'];
    const places = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<AllowedCallers | undefined>(ROLES_KEY, places) ?? [];
  }
}

function bearerOf(header = '') {
  const token = /^Bearer ([\w~+/.=-]+)$/i.exec(header)?.[1];
  if (!token) throw new NoToken();
  return token;
}
