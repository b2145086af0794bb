import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';

/** Speaks to the telecom providers (信), in the house dialects so far. */
@Module({ imports: [AdapterModule.for({ utility: 'telecom' })] })
export class AdapterTelecomModule {}
