import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { AdapterWaterModule } from './adapter-water.module.js';

await serve(AdapterWaterModule, eventTransport);
