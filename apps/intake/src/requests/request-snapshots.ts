import { Injectable } from '@nestjs/common';
import { SnapshotSource, type SnapshotPage, type UnitOfWork } from '@lianban/messaging';
import { MoreThan } from 'typeorm';
import { requestChanged } from './request-events.js';
import { ServiceRequest } from './service-request.entity.js';

/** Requests as the public side may know them; dossiers and contacts are not said again. */
@Injectable()
export class RequestSnapshots extends SnapshotSource {
  async page({ manager }: UnitOfWork, after: string, limit: number): Promise<SnapshotPage> {
    const requests = await manager.find(ServiceRequest, {
      where: { id: MoreThan(after) },
      order: { id: 'asc' },
      take: limit,
    });
    return { events: requests.map(requestChanged), last: requests.at(-1)?.id };
  }
}
