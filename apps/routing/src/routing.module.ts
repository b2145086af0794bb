import { Module } from '@nestjs/common';
import { Catalogue, loadCatalogue } from '@lianban/catalogue';
import {
  MessagingModule,
  messagingMigrations,
  OwnSnapshots,
  Republish,
  republishController,
} from '@lianban/messaging';
import { ENVIRONMENT, ServiceModule, type Environment } from '@lianban/service-kit';
import { CreateRequests1790000020000 } from './migrations/1790000020000-create-requests.js';
import { DecisionSnapshots } from './requests/decision-snapshots.js';
import { FollowJobs } from './requests/follow-jobs.js';
import { KeepClocks } from './requests/keep-clocks.js';
import { PlaceJobs } from './requests/place-jobs.js';
import { Requests } from './requests/requests.js';
import { RerouteController } from './requests/reroute.controller.js';
import { RoutingConfig } from './routing.config.js';

const migrations = [...messagingMigrations, CreateRequests1790000020000];

@Module({
  imports: [
    ServiceModule.for({ name: 'routing', config: RoutingConfig, migrations }),
    MessagingModule.for({ service: 'routing' }),
  ],
  controllers: [PlaceJobs, FollowJobs, RerouteController, republishController('routing')],
  providers: [
    {
      provide: Catalogue,
      inject: [ENVIRONMENT],
      useFactory: (env: Environment) => loadCatalogue(env.CATALOGUE_FOLDER),
    },
    Requests,
    Republish,
    { provide: OwnSnapshots, useClass: DecisionSnapshots },
    KeepClocks,
  ],
})
export class RoutingModule {}
