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
import { lookAtClocks } from './look-at-clocks.js';
import { Requests } from './requests.js';

const AT_ONCE = 200;

/** Looks at the clocks that have something to do today; several instances share the work. */
@Injectable()
export class KeepClocks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new RepeatingTask(
    () => this.execute(),
    (error) => this.log.warn('the clocks cannot be looked at now', error),
  );

  constructor(
    private readonly transaction: Transaction,
    private readonly requests: Requests,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(RoutingConfig) private readonly config: RoutingConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start(this.config.clockInterval);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** Reminds and lapses whatever is due today. */
  async execute(): Promise<void> {
    const today = shanghaiDate(this.clock.now());
    for (let count = AT_ONCE; count === AT_ONCE;)
      count = await this.transaction.run((work) =>
        this.requests.change(
          work,
          (book) => book.openDue(today, AT_ONCE),
          (files, context) => files.forEach((file) => lookAtClocks(file, context)),
        ),
      );
  }
}
