import type { Type } from '@nestjs/common';
import { Routing, SecondProjection, TestProjection } from './test-services.js';

/** What the parent may ask of a worker. */
export interface PublishOrder {
  publish: { requestId: string; version: number }[];
}

/** What a worker can be; all of them at once is what the embedded transport asks for. */
export const ROLES = {
  publisher: [Routing],
  projection: [TestProjection],
  all: [Routing, TestProjection, SecondProjection],
} as const satisfies Record<string, readonly Type[]>;

export type WorkerRole = keyof typeof ROLES;
