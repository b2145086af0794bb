import { Controller } from '@nestjs/common';
import { RequestStatusChanged } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { LiveStatus } from '../live/live-status.js';
import { upsertSnapshots } from './upsert-snapshots.js';

/** Stores the newest status of every request and wakes its streams. */
@Controller()
export class ProjectSnapshots {
  constructor(private readonly liveStatus: LiveStatus) {}

  @OnEvents(RequestStatusChanged)
  async handle(events: RequestStatusChanged[], { manager, onCommit }: UnitOfWork): Promise<void> {
    const changed = await upsertSnapshots(manager, events);
    onCommit(() => this.liveStatus.wake(changed));
  }
}
