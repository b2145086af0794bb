import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { TrackingModule } from './tracking.module.js';

await serve(TrackingModule, eventTransport);
