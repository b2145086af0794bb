import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { AdapterElectricityModule } from './adapter-electricity.module.js';

await serve(AdapterElectricityModule, eventTransport);
