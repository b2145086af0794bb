import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import { Clock, type Language } from '@lianban/service-kit';
import { requestStatus, type RequestStatus } from './request-status.js';
import type { Tracked } from './tracked.js';

/** Writes a status as of now. */
@Injectable()
export class WriteStatus {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  execute(tracked: Tracked, language: Language): RequestStatus {
    return requestStatus(tracked, {
      catalogue: this.catalogue,
      language,
      today: shanghaiDate(this.clock.now()),
    });
  }
}
