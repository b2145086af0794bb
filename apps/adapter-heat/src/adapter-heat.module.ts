import { Module } from '@nestjs/common';
import { AdapterModule, type DriverFactory } from '@lianban/adapter-kit';
import { HeatSftpDriver } from './heat-sftp/heat-sftp.driver.js';

/** The utility's own dialects by name. */
export const heatDialects: Record<string, DriverFactory> = {
  'heat-sftp': (context) => new HeatSftpDriver(context),
};

/** Speaks to the heat providers (暖). */
@Module({
  imports: [AdapterModule.for({ utility: 'heat', dialects: heatDialects })],
})
export class AdapterHeatModule {}
