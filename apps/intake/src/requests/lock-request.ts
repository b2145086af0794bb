import { NotFound, type Caller } from '@lianban/service-kit';
import type { EntityManager } from 'typeorm';
import { ServiceRequest } from './service-request.entity.js';

/** The request under its row's lock, so that its versions go up one by one. @throws NotFound, also for another hall's */
export async function lockRequest(
  manager: EntityManager,
  receiptNumber: string,
  caller: Caller,
): Promise<ServiceRequest> {
  const lock = { mode: 'pessimistic_write' } as const;
  const request = await manager.findOne(ServiceRequest, {
    where: { receiptNumber, hall: caller.hall! },
    lock,
  });
  if (!request) throw new NotFound();
  return request;
}

/** The same for the service itself. */
export function lockById(manager: EntityManager, id: string): Promise<ServiceRequest> {
  return manager.findOneOrFail(ServiceRequest, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

export async function storeRequest(manager: EntityManager, request: ServiceRequest): Promise<void> {
  await manager
    .createQueryBuilder()
    .update(ServiceRequest)
    .set(request as object)
    .where({ id: request.id })
    .execute();
}
