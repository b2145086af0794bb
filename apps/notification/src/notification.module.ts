import { Module } from '@nestjs/common';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import { MessagingModule, messagingMigrations } from '@lianban/messaging';
import { ServiceModule } from '@lianban/service-kit';
import { CallsController } from './calls/calls.controller.js';
import { ListCalls } from './calls/list-calls.js';
import { RecordCall } from './calls/record-call.js';
import { StoreContacts } from './contacts/store-contacts.js';
import { SendNotices } from './delivery/send-notices.js';
import { SmsGateway } from './delivery/sms-gateway.js';
import { CreateNotices1790000030000 } from './migrations/1790000030000-create-notices.js';
import { IndexFailedTexts1790000030001 } from './migrations/1790000030001-index-failed-texts.js';
import { ApplyStatuses } from './notices/apply-statuses.js';
import { InspectNoticesController } from './notices/inspect-request.controller.js';
import { NoticesController } from './notices/notices.controller.js';
import { NotificationConfig } from './notification.config.js';

const migrations = [
  ...messagingMigrations,
  ...catalogueMigrations,
  CreateNotices1790000030000,
  IndexFailedTexts1790000030001,
];

/** Informs applicants by text message. */
@Module({
  imports: [
    ServiceModule.for({ name: 'notification', config: NotificationConfig, migrations }),
    MessagingModule.for({ service: 'notification' }),
    CatalogueModule.for('notification'),
  ],
  controllers: [ApplyStatuses, StoreContacts, CallsController, NoticesController, InspectNoticesController],
  providers: [ListCalls, RecordCall, SmsGateway, SendNotices],
})
export class NotificationModule {}
