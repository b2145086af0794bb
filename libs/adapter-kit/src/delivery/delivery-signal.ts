import { Injectable } from '@nestjs/common';
import { PollLoop } from '@lianban/messaging';
import type { LeasedOperation } from './operation-leases.js';

/** Wakes the deliveries of this process where there is something to tell; other instances look by themselves. */
@Injectable()
export class DeliverySignal extends PollLoop {
  /** Makes the call of an operation that was taken for sending with the very transaction that derived it. */
  dispatch: (claimed: LeasedOperation) => void = () => {};
}
