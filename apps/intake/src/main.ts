import { eventTransport } from '@lianban/messaging';
import { serve } from '@lianban/service-kit';
import { IntakeModule } from './intake.module.js';

await serve(IntakeModule, eventTransport);
