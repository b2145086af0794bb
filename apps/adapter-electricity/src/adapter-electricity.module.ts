import { Module } from '@nestjs/common';
import { AdapterModule } from '@lianban/adapter-kit';

/** Speaks to the electricity providers (电), in the house dialects so far. */
@Module({ imports: [AdapterModule.for({ utility: 'electricity' })] })
export class AdapterElectricityModule {}
