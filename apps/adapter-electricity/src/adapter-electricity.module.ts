import { Module } from '@nestjs/common';
import { AdapterModule, type DriverFactory } from '@lianban/adapter-kit';
import { GridRestDriver } from './grid-rest/grid-rest.driver.js';

/** The utility's own dialects by name. */
export const electricityDialects: Record<string, DriverFactory> = {
  'grid-rest': (context) => new GridRestDriver(context),
};

/** Speaks to the electricity providers (电). */
@Module({
  imports: [
    AdapterModule.for({
      utility: 'electricity',
      dialects: electricityDialects,
    }),
  ],
})
export class AdapterElectricityModule {}
