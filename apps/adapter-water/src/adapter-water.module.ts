import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';
import { WaterSoapDriver } from './water-soap/water-soap.driver.js';

/** Speaks to the water providers (水). */
@Module({
  imports: [
    AdapterModule.for({
      utility: 'water',
      dialects: { 'water-soap': (context) => new WaterSoapDriver(context) },
    }),
  ],
})
export class AdapterWaterModule {}
