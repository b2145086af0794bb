import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';
import { Tmf641Driver } from './tmf641/tmf641.driver.js';

/** Speaks to the telecom providers (信). */
@Module({
  imports: [
    AdapterModule.for({ utility: 'telecom', dialects: { tmf641: (context) => new Tmf641Driver(context) } }),
  ],
})
export class AdapterTelecomModule {}
