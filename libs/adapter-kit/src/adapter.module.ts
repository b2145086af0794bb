import { Module, type DynamicModule } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import type { Utility } from '@lianban/contracts';
import {
  MessagingModule,
  messagingMigrations,
  SnapshotSource,
  RepublishSnapshots,
  republishController,
} from '@lianban/messaging';
import { ServiceModule } from '@lianban/service-kit';
import { AdapterConfig } from './adapter.config.js';
import { serviceOf, UTILITY } from './adapter.js';
import { DeliveryBell } from './deliveries/delivery-bell.js';
import { Deliveries } from './deliveries/deliveries.js';
import { operationsController } from './deliveries/operations.controller.js';
import { ProviderLinks } from './deliveries/provider-links.js';
import { Rooms } from './deliveries/room.js';
import { Drivers, OWN_DIALECTS } from './drivers/drivers.js';
import type { DriverOf } from './drivers/utility-driver.js';
import { JobSnapshots } from './jobs/job-snapshots.js';
import { Jobs } from './jobs/jobs.js';
import { PlaceJobs } from './jobs/place-jobs.js';
import { CreateJobs1790000010000 } from './migrations/1790000010000-create-jobs.js';
import { CatchUp } from './reports/catch-up.js';
import { ReportsController } from './reports/reports.controller.js';
import { TakeReport } from './reports/take-report.js';
import { FindJobs } from './workbench/find-jobs.js';
import { ProviderSecrets } from './secrets/provider-secrets.js';
import { secretsController } from './secrets/secrets.controller.js';
import { LapseClaims } from './workbench/lapse-claims.js';
import { OfficerActs } from './workbench/officer-acts.js';
import { workbenchController } from './workbench/workbench.controller.js';

/** What providers reported is history; what it led to stays with the job. */
const REPORTS_KEPT_DAYS = 400;

export interface AdapterOptions {
  utility: Utility;
  /** The utility's own dialects by the name that a provider's row gives; the house dialects are always there. */
  dialects?: Record<string, DriverOf>;
}

/** A whole adapter, but for what is true of its utility alone. */
@Module({})
export class AdapterModule {
  static for({ utility, dialects = {} }: AdapterOptions): DynamicModule {
    const name = serviceOf(utility);
    const migrations = [...messagingMigrations, ...catalogueMigrations, CreateJobs1790000010000];
    return {
      module: AdapterModule,
      imports: [
        ServiceModule.for({ name, config: AdapterConfig, migrations }),
        CatalogueModule.for(name),
        MessagingModule.for({ service: name, weekly: [{ table: 'report', days: REPORTS_KEPT_DAYS }] }),
      ],
      controllers: [
        PlaceJobs,
        ReportsController,
        workbenchController(utility),
        operationsController(name),
        republishController(name),
        secretsController(utility),
      ],
      providers: [
        { provide: UTILITY, useValue: utility },
        { provide: OWN_DIALECTS, useValue: dialects },
        CatchUp,
        Deliveries,
        DeliveryBell,
        Drivers,
        FindJobs,
        Jobs,
        LapseClaims,
        RepublishSnapshots,
        { provide: SnapshotSource, useClass: JobSnapshots },
        OfficerActs,
        ProviderLinks,
        ProviderSecrets,
        {
          provide: Rooms,
          inject: [Catalogue],
          useFactory: (catalogue: Catalogue) => new Rooms(catalogue.providers(utility)),
        },
        TakeReport,
      ],
    };
  }
}
