import { Module } from '@nestjs/common';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import {
  MessagingModule,
  messagingMigrations,
  SnapshotSource,
  RepublishSnapshots,
  republishController,
} from '@lianban/messaging';
import { ServiceModule } from '@lianban/service-kit';
import { CreateRequests1790000020000 } from './migrations/1790000020000-create-requests.js';
import { DecisionSnapshots } from './requests/decision-snapshots.js';
import { FollowJobs } from './requests/follow-jobs.js';
import { RecountPromises1790000021000 } from './migrations/1790000021000-recount-promises.js';
import { KeepClocks } from './requests/keep-clocks.js';
import { KeepPromises } from './requests/keep-promises.js';
import { PlaceJobs } from './requests/place-jobs.js';
import { Requests } from './requests/requests.js';
import { RerouteController } from './requests/reroute.controller.js';
import { RoutingConfig } from './routing.config.js';

const migrations = [
  ...messagingMigrations,
  ...catalogueMigrations,
  CreateRequests1790000020000,
  RecountPromises1790000021000,
];

@Module({
  imports: [
    ServiceModule.for({ name: 'routing', config: RoutingConfig, migrations }),
    MessagingModule.for({ service: 'routing' }),
    CatalogueModule.for('routing', { warns: true }),
  ],
  controllers: [PlaceJobs, FollowJobs, RerouteController, republishController('routing')],
  providers: [
    Requests,
    RepublishSnapshots,
    { provide: SnapshotSource, useClass: DecisionSnapshots },
    KeepClocks,
    KeepPromises,
  ],
})
export class RoutingModule {}
