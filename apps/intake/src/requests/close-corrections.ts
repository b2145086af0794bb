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

const PAGE = 200;

interface Due {
  requestId: string;
  answersDue: string;
}

/**
 * Takes no answers any more to corrections whose time is over, and tells routing, which withdraws nothing before it hears
 * that: an answer given in time never lapses. Several instances share the work.
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

  /** Closes whatever is overdue today. */
  async execute(): Promise<void> {
    const today = shanghaiDate(this.clock.now());
    const dueBy = lastClosableDay(this.catalogue.calendar, today);
    for (let last: Due | undefined, isMore = true; isMore;) {
      const page = await this.findDue(dueBy, last);
      for (const { requestId } of page)
        await this.transaction.run((work) => this.close(work, requestId, today, dueBy));
      last = page.at(-1);
      isMore = page.length === PAGE;
    }
  }

  private findDue(dueBy: string, after?: Due): Promise<Due[]> {
    return this.dataSource.query<Due[]>(
      `select request_id as "requestId", answers_due::text as "answersDue" from job_state
       where answers_due <= $1 and (answers_due, request_id) > ($2::date, $3::uuid)
       order by answers_due, request_id limit ${PAGE}`,
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
    const jobStates = await JobStates.of(manager, requestId);
    const said = request.closeOverdue(jobStates, today, this.catalogue.calendar);
    if (said.length > 0) {
      publish(said);
      await storeRequest(manager, request);
    }
    await jobStates.settle(manager, requestId, dueBy);
  }
}

/** What was due on this day or before is over: a whole working day has begun since. */
function lastClosableDay(calendar: Calendar, today: string): string {
  const begun = isWorkingDay(calendar, today) ? today : addWorkingDays(calendar, today, -1);
  return addWorkingDays(calendar, begun, -1);
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
