import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { freeLapsedClaims } from './job-claims.js';

const LOOK_EVERY_MS = 5_000;

/** Ends claims on which nobody has acted for too long, so that no job is in the hands of somebody who is away. */
@Injectable()
export class LapseClaims implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('LapseClaims');
  private timer?: NodeJS.Timeout;
  private looking?: Promise<void>;

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.looking ??= this.look()), LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    await freeLapsedClaims(this.dataSource.manager).catch((error: Error) =>
      this.logger.warn(`cannot look for claims that are over: ${error.message}`),
    );
    this.looking = undefined;
  }
}
