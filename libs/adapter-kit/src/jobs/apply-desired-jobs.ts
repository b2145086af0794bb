import { Controller } from '@nestjs/common';
import { JobDesired } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { JobStore } from './job-store.js';

/** Takes in what routing wants and derives what the providers must be told. */
@Controller()
export class ApplyDesiredJobs {
  constructor(private readonly jobs: JobStore) {}

  @OnEvents(JobDesired)
  async handle(desired: JobDesired[], work: UnitOfWork): Promise<void> {
    await this.jobs.updateDesired(work, desired, (jobs, context) => {
      for (const each of desired) jobs.get(each.requestId)!.applyDesiredState(each, context);
    });
  }
}
