import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { AdapterGasModule } from './adapter-gas.module.js';

await serve(AdapterGasModule, eventTransport);
