import { openDatabase } from '@lianban/service-kit';
import { aDatabase, type TestDatabase } from '@lianban/testing';
import type { DataSource } from 'typeorm';
import { AddDocuments1790000020002 } from '../migrations/1790000020002-add-documents.js';
import { CreateRoutedRequest1790000020000 } from '../migrations/1790000020000-create-routed-request.js';
import { AddChangedOn1790000020001 } from '../migrations/1790000020001-add-changed-on.js';
import { describeRequestRepository } from './request-repository.mother.js';
import { SqlRoutedRequestRepository } from './sql-routed-request.repository.js';

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
    migrations: [CreateRoutedRequest1790000020000, AddChangedOn1790000020001, AddDocuments1790000020002],
  });
  return (act) => dataSource.transaction((manager) => act(new SqlRoutedRequestRepository(manager)));
});
