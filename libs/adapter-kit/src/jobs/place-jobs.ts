import { Controller } from '@nestjs/common';
import { JobDesired } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { Jobs } from './jobs.js';
import { takeWish } from './take-wish.js';

/** Takes in what routing wants and derives what the providers must be told. */
@Controller()
export class PlaceJobs {
  constructor(private readonly jobs: Jobs) {}

  @OnEvents(JobDesired)
  async handle(wishes: JobDesired[], work: UnitOfWork): Promise<void> {
    await this.jobs.change(
      work,
      wishes.map(({ requestId }) => requestId),
      (files, context) => {
        for (const wanted of wishes) takeWish(files.get(wanted.requestId)!, wanted, context);
      },
      { make: true, desired: wishes },
    );
  }
}
