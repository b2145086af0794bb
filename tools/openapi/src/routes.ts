import type { Type } from '@nestjs/common';
import {
  CUSTOM_ROUTE_ARGS_METADATA,
  HEADERS_METADATA,
  HTTP_CODE_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { ModulesContainer, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import {
  createService,
  API_DOC_KEY,
  Log,
  ROLES_KEY,
  UuidPipe,
  type ApiDescription,
  type AllowedCallers,
} from '@lianban/service-kit';

const WITHOUT_BODY = ['get', 'head', 'options'];

/** A route as Nest knows it, with what its decorators say. */
export interface Route {
  path: string;
  method: string;
  controller: string;
  handler: string;
  status: number;
  mayCall: AllowedCallers;
  mayHaveBody: boolean;
  /** Names of the parts of the path, and which of them are UUIDs. */
  params: { name: string; isUuid: boolean }[];
  description: ApiDescription;
}

interface Found {
  operationId?: string;
}

/** Every route of a service. The service is looked at, not made: no database and no environment is needed. */
export async function routesOf(service: Type): Promise<Route[]> {
  const logger = Log.to(undefined, 'fatal');
  const app = await createService(service, { env: {}, preview: true, logger });
  const controllers = controllersOf(app);
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build(), {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
    autoTagControllers: false,
  });
  // A document cannot say "and whatever follows".
  const paths = Object.entries(document.paths).filter(([path]) => !path.includes('*'));
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Found>).map(([method, found]) =>
      routeOf(path, method, found, controllers),
    ),
  );
}

function controllersOf(app: NestFastifyApplication): Map<string, Type> {
  const modules = [...app.get(ModulesContainer).values()];
  return new Map(
    modules.flatMap(({ controllers }) =>
      [...controllers.values()].map(({ metatype }) => [metatype!.name, metatype as Type]),
    ),
  );
}

function routeOf(path: string, method: string, found: Found, controllers: Map<string, Type>): Route {
  const [controller = '', handler = ''] = found.operationId!.split('.');
  const Controller = controllers.get(controller)!;
  const places = [(Controller.prototype as Record<string, () => unknown>)[handler]!, Controller] as const;
  const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!);
  const uuids = uuidsOf(Controller, handler);
  return {
    path,
    method,
    controller,
    handler,
    status: (Reflect.getMetadata(HTTP_CODE_METADATA, places[0]) as number) ?? (method === 'post' ? 201 : 200),
    mayCall: path.startsWith('/v1/ops/')
      ? ['operator']
      : (new Reflector().getAllAndOverride<AllowedCallers | undefined>(ROLES_KEY, [...places]) ?? []),
    mayHaveBody: !WITHOUT_BODY.includes(method),
    params: named.map((name) => ({ name, isUuid: uuids.includes(name) })),
    description: { ...contentTypeOf(places[0]), ...descriptionOf(places) },
  };
}

function descriptionOf([handler, Controller]: readonly [() => unknown, Type]): ApiDescription {
  const [own, ofAll] = [handler, Controller].map(
    (place) => (Reflect.getMetadata(API_DOC_KEY, place) ?? {}) as ApiDescription,
  );
  const refuses = [...(own!.refuses ?? []), ...(ofAll!.refuses ?? [])];
  return { ...ofAll, ...own, headers: { ...ofAll!.headers, ...own!.headers }, refuses };
}

function contentTypeOf(handler: () => unknown): ApiDescription {
  const headers = (Reflect.getMetadata(HEADERS_METADATA, handler) ?? []) as { name: string; value: string }[];
  const contentType = headers.find(({ name }) => name === 'content-type')?.value;
  return contentType ? { contentType } : {};
}

function uuidsOf(Controller: Type, handler: string): string[] {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, Controller, handler) ?? {}) as Record<
    string,
    { data?: string; pipes?: unknown[] }
  >;
  return Object.entries(args)
    .filter(([key, { pipes }]) => !key.includes(CUSTOM_ROUTE_ARGS_METADATA) && pipes?.includes(UuidPipe))
    .map(([, { data }]) => data!);
}
