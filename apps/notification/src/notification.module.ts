import { Module } from '@nestjs/common';
import { catalogueMigrations, CatalogueModule } from '@lianban/catalogue/module';
import { MessagingModule, messagingMigrations } from '@lianban/messaging';
import { ServiceModule } from '@lianban/service-kit';
import { CreateNotices1790000030000 } from './migrations/1790000030000-create-notices.js';
import { GatherTexts1790000031000 } from './migrations/1790000031000-gather-texts.js';
import { ListCalls1790000032000 } from './migrations/1790000032000-list-calls.js';
import { CallsController } from './notices/calls.controller.js';
import { ListCalls } from './notices/list-calls.js';
import { NoticesController } from './notices/notices.controller.js';
import { RecordCall } from './notices/record-call.js';
import { SendNotices } from './notices/send-notices.js';
import { SmsGateway } from './notices/sms-gateway.js';
import { NotificationConfig } from './notification.config.js';
import { FollowRequests } from './requests/follow-requests.js';
import { KeepContacts } from './requests/keep-contacts.js';

const migrations = [
  ...messagingMigrations,
  ...catalogueMigrations,
  CreateNotices1790000030000,
  GatherTexts1790000031000,
  ListCalls1790000032000,
];

/** Tells people what became of their request. */
@Module({
  imports: [
    ServiceModule.for({ name: 'notification', config: NotificationConfig, migrations }),
    MessagingModule.for({ service: 'notification' }),
    CatalogueModule.for('notification'),
  ],
  controllers: [FollowRequests, KeepContacts, CallsController, NoticesController],
  providers: [ListCalls, RecordCall, SmsGateway, SendNotices],
})
export class NotificationModule {}
