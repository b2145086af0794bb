import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** The route is called by other systems: its body is read as far as possible. */
export const Tolerant = () => RouteConfig({ isTolerant: true });

export const isTolerant = (request: FastifyRequest): boolean =>
  (request.routeOptions.config as { isTolerant?: boolean }).isTolerant === true;
