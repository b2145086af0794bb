import { Module } from '@nestjs/common';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import { MessagingModule, messagingMigrations, republishController, republishing } from '@lianban/messaging';
import { ServiceModule } from '@lianban/service-kit';
import { ApplyDossiers } from './requests/apply-dossiers.js';
import { ApplyProgress } from './requests/apply-progress.js';
import { EnforceDeadlines } from './requests/enforce-deadlines.js';
import { InspectRoutingController } from './requests/inspect-request.controller.js';
import { OpenRequests } from './requests/open-requests.js';
import { RecountPromises } from './requests/recount-promises.js';
import { RerouteController } from './requests/reroute.controller.js';
import {
  REQUEST_REPOSITORY,
  RoutedRequests,
  type OpenRequestRepository,
} from './requests/routed-requests.js';
import { SqlRoutedRequestRepository } from './requests/sql-routed-request.repository.js';
import { StatusSnapshots } from './requests/status-snapshots.js';
import { RoutingConfig } from './routing.config.js';
import { routingMigrations } from './migrations/routing-migrations.js';

const migrations = [...messagingMigrations, ...catalogueMigrations, ...routingMigrations];

const openRepository: OpenRequestRepository = ({ manager }) => new SqlRoutedRequestRepository(manager);

/** Decides which provider does which job, follows the jobs, and publishes the status of each request. */
@Module({
  imports: [
    ServiceModule.for({ name: 'routing', config: RoutingConfig, migrations }),
    MessagingModule.for({ service: 'routing' }),
    CatalogueModule.for('routing', { warns: true }),
  ],
  controllers: [
    ApplyDossiers,
    ApplyProgress,
    RerouteController,
    InspectRoutingController,
    republishController('routing'),
  ],
  providers: [
    RoutedRequests,
    { provide: REQUEST_REPOSITORY, useValue: openRepository },
    ...republishing(StatusSnapshots),
    EnforceDeadlines,
    OpenRequests,
    RecountPromises,
  ],
})
export class RoutingModule {}
