import { SetMetadata } from '@nestjs/common';
import type { Role } from './caller.js';

export const ROLES_KEY = Symbol('roles');
export type AllowedCallers = 'anyone' | readonly Role[];

/** The route, or every route of the controller, is for these roles. */
export const Roles = (...roles: [Role, ...Role[]]) => SetMetadata<symbol, AllowedCallers>(ROLES_KEY, roles);

/** The route, or every route of the controller, is for anyone, without a token. */
export const Public = () => SetMetadata<symbol, AllowedCallers>(ROLES_KEY, 'anyone');
