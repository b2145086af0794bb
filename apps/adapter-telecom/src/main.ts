import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { AdapterTelecomModule } from './adapter-telecom.module.js';

await serve(AdapterTelecomModule, eventTransport);
