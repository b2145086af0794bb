import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { NotificationModule } from './notification.module.js';

await serve(NotificationModule, eventTransport);
