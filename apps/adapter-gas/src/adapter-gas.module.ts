import { Module } from '@nestjs/common';
import { AdapterModule, type DriverFactory } from '@lianban/adapter-kit';
import { GasRestDriver } from './gas-rest/gas-rest.driver.js';

/** The utility's own dialects by name. */
export const gasDialects: Record<string, DriverFactory> = {
  'gas-rest': (context) => new GasRestDriver(context),
};

/** Speaks to the gas providers (气). */
@Module({
  imports: [AdapterModule.for({ utility: 'gas', dialects: gasDialects })],
})
export class AdapterGasModule {}
