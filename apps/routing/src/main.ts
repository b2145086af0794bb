import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { RoutingModule } from './routing.module.js';

await serve(RoutingModule, eventTransport);
