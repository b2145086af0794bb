import { Controller, Inject } from '@nestjs/common';
import { DecisionMade, JobProgressed, RequestChanged } from '@lianban/contracts';
import { On, type Work } from '@lianban/messaging';
import { NotificationConfig } from '../notification.config.js';
import { knowDecision, knowProgress, knowRequest, type KnownRequest } from './known-request.js';
import { know } from './known-requests.js';

type Followed = RequestChanged | DecisionMade | JobProgressed;

/** Follows requests, jobs and decisions, each by its last snapshot. */
@Controller()
export class FollowRequests {
  constructor(@Inject(NotificationConfig) private readonly config: NotificationConfig) {}

  @On(RequestChanged, DecisionMade, JobProgressed)
  handle(events: Followed[], work: Work): Promise<void> {
    return know(events, work, take, this.config.smsGather);
  }
}

function take(known: KnownRequest, event: Followed): KnownRequest {
  if (event instanceof RequestChanged) return knowRequest(known, event);
  return event instanceof JobProgressed ? knowProgress(known, event) : knowDecision(known, event);
}
