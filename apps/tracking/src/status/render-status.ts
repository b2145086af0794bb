import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import { Clock, type Language } from '@lianban/service-kit';
import type { RequestView } from '../projection/request-view.js';
import { requestStatus, type RequestStatus } from './request-status.js';

/** Renders a status as of now. */
@Injectable()
export class RenderStatus {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  execute(view: Pick<RequestView, 'revision' | 'snapshot'>, language: Language): RequestStatus {
    return requestStatus(view, {
      catalogue: this.catalogue,
      language,
      today: shanghaiDate(this.clock.now()),
    });
  }
}
