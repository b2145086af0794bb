import { Injectable } from '@nestjs/common';
import { SnapshotSource, type SnapshotPage, type UnitOfWork } from '@lianban/messaging';
import { MoreThan } from 'typeorm';
import { toContactChanged, toDossierChanged } from './request-events.js';
import { ServiceRequest } from './service-request.entity.js';

/** The dossier and the contact of every request. */
@Injectable()
export class DossierSnapshots extends SnapshotSource {
  async page(
    { manager }: UnitOfWork,
    after: string,
    limit: number,
    changedOn?: string,
  ): Promise<SnapshotPage> {
    const requests = await manager.find(ServiceRequest, {
      where: { id: MoreThan(after), ...(changedOn && { changedOn }) },
      order: { id: 'asc' },
      take: limit,
    });
    const events = requests.flatMap((request) => [toDossierChanged(request), toContactChanged(request)]);
    return { events, last: requests.at(-1)?.id };
  }
}
