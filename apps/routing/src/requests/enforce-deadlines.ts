import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { shanghaiDate } from '@lianban/catalogue';
import { Transaction } from '@lianban/messaging';
import { Clock, Log, RepeatingTask } from '@lianban/service-kit';
import { RoutingConfig } from '../routing.config.js';
import { RoutedRequests } from './routed-requests.js';

const PAGE_SIZE = 200;

/** Checks the deadlines that are due today; several instances share the work. */
@Injectable()
export class EnforceDeadlines implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new RepeatingTask(
    () => this.execute(),
    (error) => this.log.warn('deadlines cannot be checked now', error),
  );

  constructor(
    private readonly transaction: Transaction,
    private readonly requests: RoutedRequests,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(RoutingConfig) private readonly config: RoutingConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start(this.config.deadlineCheckMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Reminds of the deadlines that come and acts on those that passed. */
  async execute(): Promise<void> {
    const today = shanghaiDate(this.clock.now());
    for (let count = PAGE_SIZE; count === PAGE_SIZE;)
      count = await this.transaction.run((unitOfWork) =>
        this.requests.update(
          unitOfWork,
          (repository) => repository.loadDue(today, PAGE_SIZE),
          (requests, context) => requests.forEach((request) => request.enforceDeadlines(context)),
        ),
      );
  }
}
