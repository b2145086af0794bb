import { SetMetadata } from '@nestjs/common';
import type { Role } from './caller.js';

export const ROLES_KEY = Symbol('MAY_CALL');
export type MayCall = 'anyone' | readonly Role[];

/** The route, or every route of the controller, is for these roles. */
export const Roles = (...roles: [Role, ...Role[]]) => SetMetadata<symbol, MayCall>(ROLES_KEY, roles);

/** The route, or every route of the controller, is for anyone, without a token. */
export const Public = () => SetMetadata<symbol, MayCall>(ROLES_KEY, 'anyone');
