import { Module } from '@nestjs/common';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import { MessagingModule, messagingMigrations } from '@lianban/messaging';
import { AdmitByCode, QueryCodeLimits, QueryCodeRateLimiter } from '@lianban/query-codes';
import { ServiceModule } from '@lianban/service-kit';
import { BoardController } from './board/board.controller.js';
import { ListRequests } from './board/list-requests.js';
import { LiveStatus } from './live/live-status.js';
import { CreateRequestView1790000030000 } from './migrations/1790000030000-create-request-view.js';
import { FindRequestViews } from './projection/find-request-views.js';
import { ProjectSnapshots } from './projection/project-snapshots.js';
import { PromoteWhenComplete } from './rebuild/promote-when-complete.js';
import { Rebuild } from './rebuild/rebuild.js';
import { RebuildController } from './rebuild/rebuild.controller.js';
import { AuthenticateByCode } from './status/authenticate-by-code.js';
import { InspectStatusController } from './status/inspect-request.controller.js';
import { RenderStatus } from './status/render-status.js';
import { StatusPageController } from './status/status-page.controller.js';
import { TrackController } from './status/track.controller.js';
import { TrackingConfig } from './tracking.config.js';

const migrations = [...messagingMigrations, ...catalogueMigrations, CreateRequestView1790000030000];

/** The read side: keeps the newest status of every request and shows it to applicants and clerks. */
@Module({
  imports: [
    ServiceModule.for({ name: 'tracking', config: TrackingConfig, migrations }),
    MessagingModule.for({ service: 'tracking' }),
    CatalogueModule.for('tracking'),
  ],
  controllers: [
    ProjectSnapshots,
    BoardController,
    TrackController,
    StatusPageController,
    RebuildController,
    InspectStatusController,
  ],
  providers: [
    AdmitByCode,
    AuthenticateByCode,
    FindRequestViews,
    ListRequests,
    LiveStatus,
    PromoteWhenComplete,
    QueryCodeRateLimiter,
    { provide: QueryCodeLimits, useExisting: TrackingConfig },
    Rebuild,
    RenderStatus,
  ],
})
export class TrackingModule {}
