import type { Type } from '@nestjs/common';
import { AdapterElectricityModule } from '@lianban/adapter-electricity';
import { AdapterGasModule } from '@lianban/adapter-gas';
import { AdapterHeatModule } from '@lianban/adapter-heat';
import { AdapterTelecomModule } from '@lianban/adapter-telecom';
import { AdapterWaterModule } from '@lianban/adapter-water';
import { IntakeModule } from '@lianban/intake';
import { NotificationModule } from '@lianban/notification';
import { RoutingModule } from '@lianban/routing';
import { TrackingModule } from '@lianban/tracking';

export { PROGRAMS } from './operator/operator.config.js';

/** The services of the stack, in the order in which they start. */
export const MODULES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['intake', IntakeModule],
  ['routing', RoutingModule],
  ['adapter-water', AdapterWaterModule],
  ['adapter-electricity', AdapterElectricityModule],
  ['adapter-gas', AdapterGasModule],
  ['adapter-heat', AdapterHeatModule],
  ['adapter-telecom', AdapterTelecomModule],
  ['notification', NotificationModule],
  ['tracking', TrackingModule],
]);
