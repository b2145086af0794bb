import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { AdapterHeatModule } from './adapter-heat.module.js';

await serve(AdapterHeatModule, eventTransport);
