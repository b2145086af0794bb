import { Controller } from '@nestjs/common';
import { DecisionMade, JobProgressed, RequestChanged } from '@lianban/contracts';
import { On, type Work } from '@lianban/messaging';
import { noteChanged } from '../live/tell-watchers.js';
import { keep, type Snapshot } from './projection.js';

/** Remembers what intake, routing and the adapters say of a request; has no opinion of its own. */
@Controller()
export class Remember {
  @On(RequestChanged)
  requests(events: RequestChanged[], work: Work): Promise<void> {
    return this.remember(
      events.map((body) => ({ ...keyOf(body), source: 'request', attempt: 1, body })),
      work,
    );
  }

  @On(DecisionMade)
  decisions(events: DecisionMade[], work: Work): Promise<void> {
    return this.remember(
      events.map((body) => ({ ...keyOf(body), source: 'decision', attempt: 1, body })),
      work,
    );
  }

  @On(JobProgressed)
  progress(events: JobProgressed[], work: Work): Promise<void> {
    return this.remember(
      events.map((body) => ({ ...keyOf(body), source: body.utility, attempt: body.attempt, body })),
      work,
    );
  }

  private async remember(snapshots: Snapshot[], { manager }: Work): Promise<void> {
    noteChanged(manager, await keep(manager, snapshots));
  }
}

const keyOf = ({ requestId, version }: { requestId: string; version: number }) => ({ requestId, version });
