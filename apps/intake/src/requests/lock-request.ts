import { NotFound } from '@lianban/service-kit';
import type { EntityManager } from 'typeorm';
import type { RequestReference } from './request-identity.js';
import { ServiceRequest } from './service-request.entity.js';

const lock = { mode: 'pessimistic_write' } as const;

/** Locks the request's row, so that its versions increase one by one. @throws NotFound */
export async function lockRequest(
  manager: EntityManager,
  reference: RequestReference,
): Promise<ServiceRequest> {
  const request = await manager.findOne(ServiceRequest, { where: reference, lock });
  if (!request) throw new NotFound();
  return request;
}

/** Locks a request of any hall, for the service itself. */
export function lockById(manager: EntityManager, id: string): Promise<ServiceRequest> {
  return manager.findOneOrFail(ServiceRequest, { where: { id }, lock });
}

export async function storeRequest(manager: EntityManager, request: ServiceRequest): Promise<void> {
  await manager
    .createQueryBuilder()
    .update(ServiceRequest)
    .set({ ...request, changedOn: () => 'current_date' } as object)
    .where({ id: request.id })
    .execute();
}
