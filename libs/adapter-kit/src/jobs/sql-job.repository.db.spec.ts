import { openDatabase } from '@lianban/service-kit';
import { aDatabase, type TestDatabase } from '@lianban/testing';
import type { DataSource } from 'typeorm';
import { describeJobRepository } from './job-repository.mother.js';
import { SqlJobRepository } from './sql-job.repository.js';
import { adapterMigrations } from '../migrations/adapter-migrations.js';

let database: TestDatabase;
let dataSource: DataSource;

afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

describeJobRepository('jobs in PostgreSQL', async () => {
  database = await aDatabase();
  const config = { databaseUrl: database.urlOf('adapter-gas'), databasePool: 4, migrate: true };
  dataSource = await openDatabase('adapter-gas', config, {
    migrations: adapterMigrations,
  });
  return (act, leaseMs = 60_000) =>
    dataSource.transaction((manager) =>
      act(new SqlJobRepository(manager, 'gas', { leaseMs, circuitMaxFailures: 5 })),
    );
});
