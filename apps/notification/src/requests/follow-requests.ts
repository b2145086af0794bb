import { Controller } from '@nestjs/common';
import { DecisionMade, JobProgressed, RequestChanged } from '@lianban/contracts';
import { On, type Work } from '@lianban/messaging';
import { knowDecision, knowProgress, knowRequest } from './known-request.js';
import { know } from './known-requests.js';

/** Follows requests, jobs and decisions, each by its last snapshot. */
@Controller()
export class FollowRequests {
  @On(RequestChanged)
  requests(events: RequestChanged[], work: Work): Promise<void> {
    return know(events, work, knowRequest);
  }

  @On(JobProgressed)
  progress(events: JobProgressed[], work: Work): Promise<void> {
    return know(events, work, knowProgress);
  }

  @On(DecisionMade)
  decisions(events: DecisionMade[], work: Work): Promise<void> {
    return know(events, work, knowDecision);
  }
}
