import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { shanghaiDate } from '@lianban/catalogue';
import { Transaction } from '@lianban/messaging';
import { Clock, Log } from '@lianban/service-kit';
import { RoutingConfig } from '../routing.config.js';
import { lookAtClocks } from './look-at-clocks.js';
import { Requests } from './requests.js';

const AT_ONCE = 200;

/** Looks at the clocks that have something to do today; several instances share the work. */
@Injectable()
export class KeepClocks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private looking?: Promise<void>;

  constructor(
    private readonly transaction: Transaction,
    private readonly requests: Requests,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(RoutingConfig) private readonly config: RoutingConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), this.config.clockInterval);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private look(): void {
    this.looking ??= this.execute()
      .catch((error: Error) => this.log.warn('the clocks cannot be looked at now', error))
      .finally(() => (this.looking = undefined));
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
