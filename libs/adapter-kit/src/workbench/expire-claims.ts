import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { expireClaims } from './job-claims.js';

const LOOK_EVERY_MS = 5_000;

/** Ends claims on which nobody has acted for too long, so that no job is in the hands of somebody who is away. */
@Injectable()
export class ExpireClaims implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ExpireClaims');
  private readonly task = new RepeatingTask(
    () => expireClaims(this.dataSource.manager),
    ({ message }) => this.logger.warn(`cannot look for claims that are over: ${message}`),
  );

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    this.task.start(LOOK_EVERY_MS);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }
}
