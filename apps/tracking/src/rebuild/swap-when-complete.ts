import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Log } from '@lianban/service-kit';
import { TrackingConfig } from '../tracking.config.js';
import { Rebuild } from './rebuild.js';

/** Watches a rebuild and ends it; several instances share the work. */
@Injectable()
export class SwapWhenComplete implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private looking?: Promise<void>;

  constructor(
    private readonly rebuild: Rebuild,
    private readonly config: TrackingConfig,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), this.config.rebuildInterval);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private look(): void {
    this.looking ??= this.advance()
      .catch((error: Error) => this.log.warn('the rebuild cannot be looked at now', error))
      .finally(() => (this.looking = undefined));
  }

  private async advance(): Promise<void> {
    const { running } = await this.rebuild.standing();
    if (!running) return;
    while (await this.rebuild.advance());
    if (!(await this.rebuild.standing()).running) this.log.log('the rebuilt tables are shown now');
  }
}
