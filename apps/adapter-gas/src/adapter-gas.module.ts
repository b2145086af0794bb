import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';

/** Speaks to the gas providers (气), in the house dialects so far. */
@Module({ imports: [AdapterModule.for({ utility: 'gas' })] })
export class AdapterGasModule {}
