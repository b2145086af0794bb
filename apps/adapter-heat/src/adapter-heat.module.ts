import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';

/** Speaks to the heat providers (暖), in the house dialects so far. */
@Module({ imports: [AdapterModule.for({ utility: 'heat' })] })
export class AdapterHeatModule {}
