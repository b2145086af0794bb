import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { addWorkingDays, Catalogue, isWorkingDay, shanghaiDate, type Calendar } from '@lianban/catalogue';
import { Transaction, type UnitOfWork } from '@lianban/messaging';
import { Clock, Log, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { JobStates } from '../job-states/job-states.js';
import { IntakeConfig } from '../intake.config.js';
import { lockById, storeRequest } from './lock-request.js';

const PAGE_SIZE = 200;

interface Due {
  requestId: string;
  answersDue: string;
}

/**
 * Closes overdue corrections and publishes that. Routing cancels a job only after it knows, so an answer in time is never
 * lost. Several instances share the work.
 */
@Injectable()
export class CloseCorrections implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new RepeatingTask(
    () => this.execute(),
    (error) => this.log.warn('overdue corrections cannot be closed now', error),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(IntakeConfig) private readonly config: IntakeConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start(this.config.correctionCheckMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  async execute(): Promise<void> {
    const today = shanghaiDate(this.clock.now());
    const dueBy = lastClosableDay(this.catalogue.calendar, today);
    for (let last: Due | undefined, isMore = true; isMore;) {
      const page = await this.findDue(dueBy, last);
      for (const { requestId } of page)
        await this.transaction.run((unitOfWork) => this.close(unitOfWork, requestId, today, dueBy));
      last = page.at(-1);
      isMore = page.length === PAGE_SIZE;
    }
  }

  private findDue(dueBy: string, after?: Due): Promise<Due[]> {
    return this.dataSource.query<Due[]>(
      `select request_id as "requestId", answers_due::text as "answersDue" from job_state
       where answers_due <= $1 and (answers_due, request_id) > ($2::date, $3::uuid)
       order by answers_due, request_id limit ${PAGE_SIZE}`,
      [dueBy, after?.answersDue ?? '-infinity', after?.requestId ?? BEFORE_ALL],
    );
  }

  private async close(
    { manager, publish }: UnitOfWork,
    requestId: string,
    today: string,
    dueBy: string,
  ): Promise<void> {
    const request = await lockById(manager, requestId);
    const jobStates = await JobStates.load(manager, requestId);
    const events = request.closeOverdue(jobStates, today, this.catalogue.calendar);
    if (events.length > 0) {
      publish(events);
      await storeRequest(manager, request);
    }
    await jobStates.settle(manager, requestId, dueBy);
  }
}

/** Answers due on this day or before are overdue: a whole working day has begun since. */
function lastClosableDay(calendar: Calendar, today: string): string {
  const begun = isWorkingDay(calendar, today) ? today : addWorkingDays(calendar, today, -1);
  return addWorkingDays(calendar, begun, -1);
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
