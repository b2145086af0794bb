import { Controller } from '@nestjs/common';
import { JobProgressed } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { followProgress } from './follow-progress.js';
import { Requests } from './requests.js';

/** Follows the jobs: turns their clocks, notes who has the ball, knows when the request has ended. */
@Controller()
export class FollowJobs {
  constructor(private readonly requests: Requests) {}

  @OnEvents(JobProgressed)
  async handle(progress: JobProgressed[], work: UnitOfWork): Promise<void> {
    await this.requests.change(
      work,
      (book) => book.open(progress.map(({ requestId }) => requestId)),
      (files, context) => {
        for (const each of progress) {
          const file = files.get(each.requestId);
          if (file) followProgress(file, each, context);
        }
      },
    );
  }
}
