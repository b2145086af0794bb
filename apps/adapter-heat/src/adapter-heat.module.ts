import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';
import { HeatSftpDriver } from './heat-sftp/heat-sftp.driver.js';

/** Speaks to the heat providers (暖). */
@Module({
  imports: [
    AdapterModule.for({
      utility: 'heat',
      dialects: { 'heat-sftp': (context) => new HeatSftpDriver(context) },
    }),
  ],
})
export class AdapterHeatModule {}
