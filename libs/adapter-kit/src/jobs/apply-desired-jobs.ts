import { Controller } from '@nestjs/common';
import { JobDesired } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { JobStore } from './job-store.js';
import { applyDesiredState } from './apply-desired-state.js';

/** Takes in what routing wants and derives what the providers must be told. */
@Controller()
export class ApplyDesiredJobs {
  constructor(private readonly jobs: JobStore) {}

  @OnEvents(JobDesired)
  async handle(wishes: JobDesired[], work: UnitOfWork): Promise<void> {
    await this.jobs.update(
      work,
      wishes.map(({ requestId }) => requestId),
      (files, context) => {
        for (const wanted of wishes) applyDesiredState(files.get(wanted.requestId)!, wanted, context);
      },
      { make: true, desired: wishes },
    );
  }
}
