import { openDatabase } from '@lianban/service-kit';
import { aDatabase, type TestDatabase } from '@lianban/testing';
import type { DataSource } from 'typeorm';
import { describeRequestRepository } from './request-repository.mother.js';
import { SqlRoutedRequestRepository } from './sql-routed-request.repository.js';
import { routingMigrations } from '../migrations/routing-migrations.js';

let database: TestDatabase;
let dataSource: DataSource;

afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

describeRequestRepository('requests in PostgreSQL', async () => {
  database = await aDatabase();
  const config = { databaseUrl: database.urlOf('routing'), databasePool: 4, migrate: true };
  dataSource = await openDatabase('routing', config, {
    migrations: routingMigrations,
  });
  return (act) => dataSource.transaction((manager) => act(new SqlRoutedRequestRepository(manager)));
});
