import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { NoToken, WrongRole } from '../problems/common-problems.js';
import type { RequestOfCaller } from './caller.js';
import { ROLES_KEY } from './roles.js';
import type { MayCall } from './roles.js';
import { TokenVerifier } from './token-verifier.js';

/** Lets nobody through whom the route does not name. Whatever is under `/v1/ops/` is the operator's alone. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<RequestOfCaller>();
    const allowed = this.allowed(context, request.routeOptions.url);
    if (allowed === 'anyone') return true;
    request.caller = await this.tokens.verify(bearerOf(request.headers.authorization));
    if (!allowed.includes(request.caller.role)) throw new WrongRole();
    return true;
  }

  private allowed(context: ExecutionContext, route = ''): MayCall {
    if (route.startsWith('/v1/ops/')) return ['operator'];
    const places = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<MayCall | undefined>(ROLES_KEY, places) ?? [];
  }
}

function bearerOf(header = '') {
  const token = /^Bearer ([\w~+/.=-]+)$/i.exec(header)?.[1];
  if (!token) throw new NoToken();
  return token;
}
