import { Controller, Inject } from '@nestjs/common';
import { RequestStatusChanged } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { Log } from '@lianban/service-kit';
import { NotificationConfig } from '../notification.config.js';
import { planNotices } from './plan-notices.js';
import { lockRequestStates, storePlans } from './request-states.js';

/** Makes notices of new facts, and supersedes unsent ones that no longer hold true. */
@Controller()
export class ApplyStatuses {
  constructor(
    @Inject(NotificationConfig) private readonly config: NotificationConfig,
    private readonly log: Log,
  ) {}

  @OnEvents(RequestStatusChanged)
  async handle(events: RequestStatusChanged[], { manager, now }: UnitOfWork): Promise<void> {
    const { smsBatchWindowMs, smsMaxPerDay } = this.config;
    const statuses = newestOfEach(events);
    const states = await lockRequestStates(
      manager,
      statuses.map(({ requestId }) => requestId),
      now,
    );
    const plans = statuses.flatMap((status) => {
      const { requestId, version } = status;
      const state = states.get(requestId) ?? { requestId, version: 0, keys: [], repeatedToday: 0 };
      return version > state.version ? [planNotices(status, state, now, smsMaxPerDay)] : [];
    });
    if (plans.length === 0) return;
    const withheld = await storePlans(manager, plans, now, smsBatchWindowMs);
    for (const { requestId } of withheld.filter(({ isFirst }) => isFirst))
      this.log.warn('a request has more to tell today than it may', { requestId });
  }
}

/** The newest status has every fact of the older ones. */
function newestOfEach(events: readonly RequestStatusChanged[]): RequestStatusChanged[] {
  const newest = new Map<string, RequestStatusChanged>();
  for (const event of events)
    if (event.version > (newest.get(event.requestId)?.version ?? 0)) newest.set(event.requestId, event);
  return [...newest.values()];
}
