import { Controller, Inject } from '@nestjs/common';
import { DecisionMade, JobProgressed, RequestChanged } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { Log } from '@lianban/service-kit';
import { NotificationConfig } from '../notification.config.js';
import { knowDecision, knowProgress, knowRequest, type KnownRequest } from './known-request.js';
import { know } from './known-requests.js';

type Followed = RequestChanged | DecisionMade | JobProgressed;

/** Follows requests, jobs and decisions, each by its last snapshot. */
@Controller()
export class FollowRequests {
  constructor(
    @Inject(NotificationConfig) private readonly config: NotificationConfig,
    private readonly log: Log,
  ) {}

  @OnEvents(RequestChanged, DecisionMade, JobProgressed)
  async handle(events: Followed[], work: UnitOfWork): Promise<void> {
    const { smsGather: gather, smsPerDay: perDay } = this.config;
    const withheld = await know(events, work, take, { gather, perDay });
    for (const { requestId } of withheld.filter(({ isFirst }) => isFirst))
      this.log.warn('a request has more to tell today than it may', { requestId });
  }
}

function take(known: KnownRequest, event: Followed): KnownRequest {
  if (event instanceof RequestChanged) return knowRequest(known, event);
  return event instanceof JobProgressed ? knowProgress(known, event) : knowDecision(known, event);
}
