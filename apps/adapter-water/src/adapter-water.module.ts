import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';

/** Speaks to the water providers (水), in the house dialects so far. */
@Module({ imports: [AdapterModule.for({ utility: 'water' })] })
export class AdapterWaterModule {}
