import { Controller } from '@nestjs/common';
import { JobProgressed } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { RoutedRequests } from './routed-requests.js';

/** Follows the jobs: who has the ball, by when, and when the request has ended. */
@Controller()
export class ApplyProgress {
  constructor(private readonly requests: RoutedRequests) {}

  @OnEvents(JobProgressed)
  async handle(progress: JobProgressed[], unitOfWork: UnitOfWork): Promise<void> {
    await this.requests.update(
      unitOfWork,
      (repository) => repository.load(progress.map(({ requestId }) => requestId)),
      (requests, context) => {
        for (const each of progress) requests.get(each.requestId)?.applyProgress(each, context);
      },
    );
  }
}
