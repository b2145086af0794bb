import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Log, RepeatingTask } from '@lianban/service-kit';
import { TrackingConfig } from '../tracking.config.js';
import { Rebuild } from './rebuild.js';

/** Watches a rebuild and ends it; several instances share the work. */
@Injectable()
export class SwapWhenComplete implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new RepeatingTask(
    () => this.advance(),
    (error) => this.log.warn('the rebuild cannot be looked at now', error),
  );

  constructor(
    private readonly rebuild: Rebuild,
    private readonly config: TrackingConfig,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start(this.config.rebuildInterval);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async advance(): Promise<void> {
    const { running } = await this.rebuild.standing();
    if (!running) return;
    while (await this.rebuild.advance());
    if (!(await this.rebuild.standing()).running) this.log.log('the rebuilt tables are shown now');
  }
}
