import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Closes last, because HTTP and the transport still write while they drain. */
@Injectable()
export class CloseDatabase implements OnApplicationShutdown {
  constructor(private readonly source: DataSource) {}

  async onApplicationShutdown() {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
