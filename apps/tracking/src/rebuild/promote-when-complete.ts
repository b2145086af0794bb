import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Log, RepeatingTask } from '@lianban/service-kit';
import { TrackingConfig } from '../tracking.config.js';
import { Rebuild } from './rebuild.js';

/** Follows a running rebuild to its end; several instances share the work. */
@Injectable()
export class PromoteWhenComplete implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new RepeatingTask(
    () => this.advance(),
    (error) => this.log.warn('the rebuild cannot be checked now', error),
  );

  constructor(
    private readonly rebuild: Rebuild,
    private readonly config: TrackingConfig,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start(this.config.rebuildCheckMs);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async advance(): Promise<void> {
    const { running } = await this.rebuild.status();
    if (!running) return;
    while (await this.rebuild.advance());
    if (!(await this.rebuild.status()).running) this.log.log('the rebuilt generation is shown now');
  }
}
