import { Module } from '@nestjs/common';
import { AdapterModule, type DriverFactory } from '@lianban/adapter-kit';
import { WaterSoapDriver } from './water-soap/water-soap.driver.js';

/** The utility's own dialects by name. */
export const waterDialects: Record<string, DriverFactory> = {
  'water-soap': (context) => new WaterSoapDriver(context),
};

/** Speaks to the water providers (水). */
@Module({
  imports: [
    AdapterModule.for({
      utility: 'water',
      dialects: waterDialects,
    }),
  ],
})
export class AdapterWaterModule {}
