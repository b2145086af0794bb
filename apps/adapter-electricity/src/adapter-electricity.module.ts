import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';
import { GridRestDriver } from './grid-rest/grid-rest.driver.js';

/** Speaks to the electricity providers (电). */
@Module({
  imports: [
    AdapterModule.for({
      utility: 'electricity',
      dialects: { 'grid-rest': (context) => new GridRestDriver(context) },
    }),
  ],
})
export class AdapterElectricityModule {}
