import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';
import { GasRestDriver } from './gas-rest/gas-rest.driver.js';

/** Speaks to the gas providers (气). */
@Module({
  imports: [
    AdapterModule.for({ utility: 'gas', dialects: { 'gas-rest': (context) => new GasRestDriver(context) } }),
  ],
})
export class AdapterGasModule {}
