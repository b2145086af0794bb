import { openDatabase } from '@lianban/service-kit';
import { aDatabase, type TestDatabase } from '@lianban/testing';
import type { DataSource } from 'typeorm';
import { CreateJobs1790000010000 } from '../migrations/1790000010000-create-jobs.js';
import { AddChangedOn1790000010001 } from '../migrations/1790000010001-add-changed-on.js';
import { describeJobRepository } from './job-repository.mother.js';
import { SqlJobRepository } from './sql-job.repository.js';

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
    migrations: [CreateJobs1790000010000, AddChangedOn1790000010001],
  });
  return (act, leaseMs = 60_000) =>
    dataSource.transaction((manager) =>
      act(new SqlJobRepository(manager, 'gas', { leaseMs, circuitMaxFailures: 5 })),
    );
});
