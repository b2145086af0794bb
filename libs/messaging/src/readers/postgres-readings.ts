import type { DataSource } from 'typeorm';
import { Readings, type Reading } from './readings.js';

/** Each group's cursors, held against the oldest row that it has not passed. */
export class PostgresReadings extends Readings {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  look(): Promise<Reading[]> {
    return this.dataSource.query<Reading[]>(
      `select reader, topic, shard, place, behind from lianban.readings`,
    );
  }
}
