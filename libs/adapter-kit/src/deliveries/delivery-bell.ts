import { Inject, Injectable } from '@nestjs/common';
import { Waker } from '@lianban/messaging';
import { AdapterConfig } from '../adapter.config.js';

/** Wakes the deliveries of this process where there is something to tell; other instances look by themselves. */
@Injectable()
export class DeliveryBell extends Waker {
  constructor(@Inject(AdapterConfig) { deliveryInterval }: AdapterConfig) {
    super([], deliveryInterval);
  }
}
