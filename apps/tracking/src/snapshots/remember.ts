import { Controller } from '@nestjs/common';
import { DecisionMade, JobProgressed, RequestChanged } from '@lianban/contracts';
import { On, type Work } from '@lianban/messaging';
import { LiveStatus } from '../live/live-status.js';
import { keep, type Snapshot } from './projection.js';

type Remembered = RequestChanged | DecisionMade | JobProgressed;

/** Remembers what intake, routing and the adapters say of a request; has no opinion of its own. */
@Controller()
export class Remember {
  constructor(private readonly liveStatus: LiveStatus) {}

  @On(RequestChanged, DecisionMade, JobProgressed)
  async handle(events: Remembered[], { manager, afterCommit }: Work): Promise<void> {
    const changed = await keep(manager, events.map(snapshotOf));
    afterCommit(() => this.liveStatus.wake(changed));
  }
}

function snapshotOf(body: Remembered): Snapshot {
  const { requestId, version } = body;
  if (body instanceof JobProgressed)
    return { requestId, version, source: body.utility, attempt: body.attempt, body };
  return {
    requestId,
    version,
    source: body instanceof RequestChanged ? 'request' : 'decision',
    attempt: 1,
    body,
  };
}
