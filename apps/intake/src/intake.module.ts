import { Module } from '@nestjs/common';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import {
  MessagingModule,
  messagingMigrations,
  OutboxAgeGuard,
  republishController,
  republishing,
} from '@lianban/messaging';
import {
  AdmitByCode,
  CreateFailedQueryCode1790000040000,
  QueryCodeLimits,
  QueryCodeRateLimiter,
} from '@lianban/query-codes';
import { ServiceModule } from '@lianban/service-kit';
import { ApplicantsController } from './applicants/applicants.controller.js';
import { DescribeCorrection } from './applicants/describe-correction.js';
import { FindByReceipt } from './applicants/find-by-receipt.js';
import { LostCodes } from './applicants/lost-codes.js';
import { ResendQueryCode } from './applicants/resend-query-code.js';
import { CheckDraft } from './counter/check-draft.js';
import { CounterController } from './counter/counter.controller.js';
import { DiscloseNumbers } from './counter/disclose-numbers.js';
import { FindDuplicates } from './counter/find-duplicates.js';
import { SearchRequests } from './counter/search-requests.js';
import { IntakeConfig } from './intake.config.js';
import { UpdateJobStates } from './job-states/update-job-states.js';
import { LoadShedder } from './load-shedding/load-shedder.js';
import { WaitingRequests } from './load-shedding/waiting-requests.js';
import { MattersController } from './matters/matters.controller.js';
import { CreateServiceRequest1790000001000 } from './migrations/1790000001000-create-service-request.js';
import { AddChangedOn1790000001001 } from './migrations/1790000001001-add-changed-on.js';
import { CreateCounterLookups1790000001002 } from './migrations/1790000001002-create-counter-lookups.js';
import { CreateLostCode1790000001003 } from './migrations/1790000001003-create-lost-code.js';
import { IndexCounterLookups1790000001004 } from './migrations/1790000001004-index-counter-lookups.js';
import { AmendRequest } from './requests/amend-request.js';
import { AnswerCorrection } from './requests/answer-correction.js';
import { CloseCorrections } from './requests/close-corrections.js';
import { InspectRequestController } from './requests/inspect-request.controller.js';
import { FindRequest } from './requests/find-request.js';
import { IdempotencyRecords } from './idempotency/idempotency-records.js';
import { QueryCodes } from './requests/query-code.js';
import { RegisterRequest } from './requests/register-request.js';
import { ReissueQueryCode } from './requests/reissue-query-code.js';
import { DossierSnapshots } from './requests/dossier-snapshots.js';
import { RequestsController } from './requests/requests.controller.js';
import { ServiceRequest } from './requests/service-request.entity.js';
import { WithdrawRequest } from './requests/withdraw-request.js';

const service = ServiceModule.for({
  name: 'intake',
  config: IntakeConfig,
  entities: [ServiceRequest],
  migrations: [
    ...messagingMigrations,
    ...catalogueMigrations,
    CreateServiceRequest1790000001000,
    AddChangedOn1790000001001,
    CreateCounterLookups1790000001002,
    CreateLostCode1790000001003,
    IndexCounterLookups1790000001004,
    CreateFailedQueryCode1790000040000,
  ],
});

/** Accepts requests: validation, receipt, amendment, answers to corrections, withdrawal. */
@Module({
  imports: [service, MessagingModule.for({ service: 'intake' }), CatalogueModule.for('intake')],
  controllers: [
    RequestsController,
    CounterController,
    ApplicantsController,
    MattersController,
    UpdateJobStates,
    InspectRequestController,
    republishController('intake'),
  ],
  providers: [
    RegisterRequest,
    CheckDraft,
    FindDuplicates,
    SearchRequests,
    DiscloseNumbers,
    LoadShedder,
    WaitingRequests,
    OutboxAgeGuard,
    IdempotencyRecords,
    FindRequest,
    AmendRequest,
    AnswerCorrection,
    CloseCorrections,
    WithdrawRequest,
    ReissueQueryCode,
    QueryCodes,
    AdmitByCode,
    QueryCodeRateLimiter,
    { provide: QueryCodeLimits, useExisting: IntakeConfig },
    FindByReceipt,
    LostCodes,
    ResendQueryCode,
    DescribeCorrection,
    ...republishing(DossierSnapshots),
  ],
})
export class IntakeModule {}
