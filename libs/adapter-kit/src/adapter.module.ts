import { Module, type DynamicModule } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import type { Utility } from '@lianban/contracts';
import { MessagingModule, messagingMigrations, republishing, republishController } from '@lianban/messaging';
import { ServiceModule } from '@lianban/service-kit';
import { AdapterConfig, leaseMs } from './adapter.config.js';
import { serviceName, UTILITY } from './adapter.js';
import { SendBatches } from './batches/send-batches.js';
import { DeliverySignal } from './delivery/delivery-signal.js';
import { DeliveryWorker } from './delivery/delivery-worker.js';
import { operationsController } from './delivery/operations.controller.js';
import { CircuitBreaker } from './delivery/circuit-breaker.js';
import { ProviderMetrics } from './delivery/provider-metrics.js';
import { ProviderRateLimiter } from './delivery/provider-rate-limiter.js';
import { UndeliveredController } from './delivery/undelivered.controller.js';
import { ReplicaShare } from './delivery/replica-share.js';
import { DriverRegistry, CUSTOM_DRIVERS } from './drivers/driver-registry.js';
import type { DriverFactory } from './drivers/utility-driver.js';
import { inspectRequestController } from './jobs/inspect-request.controller.js';
import { JobSnapshots } from './jobs/job-snapshots.js';
import { JOB_REPOSITORY, JobStore, OperationSender, type OpenJobRepository } from './jobs/job-store.js';
import { SqlJobRepository } from './jobs/sql-job.repository.js';
import { ApplyDesiredJobs } from './jobs/apply-desired-jobs.js';
import { adapterMigrations } from './migrations/adapter-migrations.js';
import { ProviderKafka } from './kafka/provider-kafka.js';
import { ReadReports } from './kafka/read-reports.js';
import { FeedController } from './feed/feed.controller.js';
import { PullFeed } from './feed/pull-feed.js';
import { ProviderStatuses } from './providers/provider-statuses.js';
import { providersController } from './providers/providers.controller.js';
import { ListsController } from './reconciliation/lists.controller.js';
import { Reconcile } from './reconciliation/reconcile.js';
import { ReconciliationStore } from './reconciliation/reconciliation-store.js';
import { AuthenticateSender } from './reports/authenticate-sender.js';
import { CatchUp } from './reports/catch-up.js';
import { CallbacksController } from './reports/callbacks.controller.js';
import { OpenJobs } from './reports/open-jobs.js';
import { PollProviders } from './reports/poll-providers.js';
import { ReportsController } from './reports/reports.controller.js';
import { ReceiveReport } from './reports/receive-report.js';
import { ProviderSecrets } from './secrets/provider-secrets.js';
import { WithdrawSecondOrders } from './second-orders/withdraw-second-orders.js';
import { secretsController } from './secrets/secrets.controller.js';
import { ExpireClaims } from './workbench/expire-claims.js';
import { ExportJobs } from './workbench/export-jobs.js';
import { FindJob } from './workbench/find-job.js';
import { JobViews } from './workbench/job-views.js';
import { ListJobs } from './workbench/list-jobs.js';
import { DiscloseNumbers } from './workbench/disclose-numbers.js';
import { WorkbenchActions } from './workbench/workbench-actions.js';
import { workbenchController } from './workbench/workbench.controller.js';

/** What providers reported is history; what it led to stays with the job. */
const REPORTS_KEPT_DAYS = 400;

export interface AdapterOptions {
  utility: Utility;
  /** The utility's own dialects by the name that a provider's row gives; the built-in ones are always there. */
  dialects?: Record<string, DriverFactory>;
}

/** A whole adapter, but for what is true of its utility alone. */
@Module({})
export class AdapterModule {
  static for({ utility, dialects = {} }: AdapterOptions): DynamicModule {
    const name = serviceName(utility);
    const migrations = [...messagingMigrations, ...catalogueMigrations, ...adapterMigrations];
    return {
      module: AdapterModule,
      imports: [
        ServiceModule.for({ name, config: AdapterConfig, migrations }),
        CatalogueModule.for(name),
        MessagingModule.for({ service: name, weekly: [{ table: 'report', days: REPORTS_KEPT_DAYS }] }),
      ],
      controllers: [
        ApplyDesiredJobs,
        ReportsController,
        CallbacksController,
        FeedController,
        ListsController,
        UndeliveredController,
        workbenchController(utility),
        operationsController(name),
        providersController(utility),
        inspectRequestController(name),
        republishController(name),
        secretsController(utility),
      ],
      providers: [
        { provide: UTILITY, useValue: utility },
        { provide: CUSTOM_DRIVERS, useValue: dialects },
        AuthenticateSender,
        CatchUp,
        DeliveryWorker,
        DeliverySignal,
        ProviderMetrics,
        ProviderStatuses,
        { provide: OperationSender, useExisting: DeliverySignal },
        {
          provide: JOB_REPOSITORY,
          inject: [AdapterConfig],
          useFactory: (config: AdapterConfig): OpenJobRepository => {
            const settings = { leaseMs: leaseMs(config), circuitMaxFailures: config.circuitMaxFailures };
            return ({ manager }) => new SqlJobRepository(manager, utility, settings);
          },
        },
        DriverRegistry,
        DiscloseNumbers,
        ExportJobs,
        FindJob,
        JobViews,
        ListJobs,
        JobStore,
        ExpireClaims,
        OpenJobs,
        PollProviders,
        ProviderKafka,
        PullFeed,
        ReadReports,
        SendBatches,
        Reconcile,
        ReconciliationStore,
        ...republishing(JobSnapshots),
        WithdrawSecondOrders,
        WorkbenchActions,
        CircuitBreaker,
        ProviderSecrets,
        ReplicaShare,
        {
          provide: ProviderRateLimiter,
          inject: [Catalogue, ReplicaShare, DriverRegistry],
          useFactory: (catalogue: Catalogue, share: ReplicaShare, drivers: DriverRegistry) => {
            const called = catalogue.providers(utility).filter(({ id }) => drivers.isCalled(id));
            return new ProviderRateLimiter(called, () => share.current());
          },
        },
        ReceiveReport,
      ],
    };
  }
}
