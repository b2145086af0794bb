import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import { Clock } from '@lianban/service-kit';
import type { RequestView } from '../projection/find-request-views.js';
import type { StatusSnapshot } from '../projection/status-snapshot.js';
import type { Audience } from './messages.js';
import { requestStatus, type RequestStatus } from './request-status.js';

const MAX_RENDERED = 1_000;

interface Rendered {
  body: string;
  /** The day and the catalogue version. */
  context: string;
  status: RequestStatus;
}

/** Renders statuses and caches them per snapshot, day and catalogue. */
@Injectable()
export class RenderStatus {
  private readonly rendered = new Map<string, Rendered>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, revision, body }: RequestView, { reader, language }: Audience): RequestStatus {
    const { catalogue } = this;
    const today = shanghaiDate(this.clock.now());
    const key = `${requestId} ${reader} ${language}`;
    const context = `${today} ${catalogue.version}`;
    const known = this.rendered.get(key);
    if (known?.context === context && known.body === body) return known.status;
    const snapshot = JSON.parse(body) as StatusSnapshot;
    const status = requestStatus({ revision, snapshot }, { catalogue, reader, language, today });
    this.cache(key, { body, context, status });
    return status;
  }

  private cache(key: string, rendered: Rendered): void {
    this.rendered.delete(key);
    this.rendered.set(key, rendered);
    if (this.rendered.size > MAX_RENDERED) this.rendered.delete(this.rendered.keys().next().value!);
  }
}
