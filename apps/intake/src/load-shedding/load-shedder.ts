import { Injectable } from '@nestjs/common';
import { OutboxAgeGuard } from '@lianban/messaging';
import { TooBusy } from '../requests/refusals.js';

const MAX_WAITING_REQUESTS = 500;

/** Decides whether one more registration is accepted, from what intake itself sees. */
@Injectable()
export class LoadShedder {
  constructor(private readonly outboxAge: OutboxAgeGuard) {}

  /**
   * Is asked before a request is looked at; `waiting` requests have been accepted and are not stored yet.
   * @throws TooBusy, OutboxStalled
   */
  throwIfOverloaded(waiting: number): void {
    this.outboxAge.throwIfStalled();
    if (waiting >= MAX_WAITING_REQUESTS) throw new TooBusy();
  }
}
