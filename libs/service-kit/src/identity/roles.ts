import { SetMetadata } from '@nestjs/common';
import type { Role } from './caller.js';

export const MAY_CALL = Symbol('MAY_CALL');
export type MayCall = 'anyone' | readonly Role[];

/** The route, or every route of the controller, is for these roles. */
export const For = (...roles: [Role, ...Role[]]) => SetMetadata<symbol, MayCall>(MAY_CALL, roles);

/** The route, or every route of the controller, is for anyone, without a token. */
export const Public = () => SetMetadata<symbol, MayCall>(MAY_CALL, 'anyone');
