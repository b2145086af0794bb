import { Module } from '@nestjs/common';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import { MessagingModule, messagingMigrations } from '@lianban/messaging';
import { ServiceModule } from '@lianban/service-kit';
import { BoardController } from './board/board.controller.js';
import { ListRequests } from './board/list-requests.js';
import { Guesses } from './guesses/guesses.js';
import { LiveStatus } from './live/live-status.js';
import { CreateProjection1790000030000 } from './migrations/1790000030000-create-projection.js';
import { KnowWhoToldTheDate1790000031000 } from './migrations/1790000031000-know-who-told-the-date.js';
import { RevisionIsTheSumOfVersions1790000032000 } from './migrations/1790000032000-revision-is-the-sum-of-versions.js';
import { CountWrongCodes1790000033000 } from './migrations/1790000033000-count-wrong-codes.js';
import { Rebuild } from './rebuild/rebuild.js';
import { RebuildController } from './rebuild/rebuild.controller.js';
import { SwapWhenComplete } from './rebuild/swap-when-complete.js';
import { Remember } from './snapshots/remember.js';
import { FindTracked } from './status/find-tracked.js';
import { OpenByCode } from './status/open-by-code.js';
import { TrackController } from './status/track.controller.js';
import { WriteStatus } from './status/write-status.js';
import { TrackingConfig } from './tracking.config.js';

const migrations = [
  ...messagingMigrations,
  ...catalogueMigrations,
  CreateProjection1790000030000,
  KnowWhoToldTheDate1790000031000,
  RevisionIsTheSumOfVersions1790000032000,
  CountWrongCodes1790000033000,
];

/** The read side: remembers what the owners say of each request and shows it to applicants and clerks. */
@Module({
  imports: [
    ServiceModule.for({ name: 'tracking', config: TrackingConfig, migrations }),
    MessagingModule.for({ service: 'tracking' }),
    CatalogueModule.for('tracking'),
  ],
  controllers: [Remember, BoardController, TrackController, RebuildController],
  providers: [
    FindTracked,
    Guesses,
    ListRequests,
    LiveStatus,
    OpenByCode,
    Rebuild,
    SwapWhenComplete,
    WriteStatus,
  ],
})
export class TrackingModule {}
