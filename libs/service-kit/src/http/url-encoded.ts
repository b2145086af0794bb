import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** The route takes what a browser's form posts without scripts. */
export const UrlEncoded = () => RouteConfig({ takesUrlEncoded: true });

export const takesUrlEncoded = (request: FastifyRequest): boolean =>
  (request.routeOptions.config as { takesUrlEncoded?: boolean }).takesUrlEncoded === true;

/** Its fields, the last of each name; what PostgreSQL cannot store becomes U+FFFD. */
export function readUrlEncoded(body: string): Record<string, string> {
  const fields = [...new URLSearchParams(body)].map(([name, value]) => [name, storable(value)] as const);
  return Object.assign(Object.create(null) as object, Object.fromEntries(fields));
}

const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();
