import { Module } from '@nestjs/common';
import { AdapterModule, type DriverFactory } from '@lianban/adapter-kit';
import { Tmf641Driver } from './tmf641/tmf641.driver.js';

/** The utility's own dialects by name. */
export const telecomDialects: Record<string, DriverFactory> = {
  tmf641: (context) => new Tmf641Driver(context),
};

/** Speaks to the telecom providers (信). */
@Module({
  imports: [AdapterModule.for({ utility: 'telecom', dialects: telecomDialects })],
})
export class AdapterTelecomModule {}
