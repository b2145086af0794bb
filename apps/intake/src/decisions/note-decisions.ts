import { Controller } from '@nestjs/common';
import { DecisionMade, type JobDecision } from '@lianban/contracts';
import { On, type Work } from '@lianban/messaging';
import type { NotedJob } from './noted-jobs.js';

/** Keeps what intake must know to refuse: which parts have ended and which corrections are open. */
@Controller()
export class NoteDecisions {
  @On(DecisionMade)
  async handle(events: DecisionMade[], { manager }: Work): Promise<void> {
    await manager.query(
      `insert into noted_decision (request_id, version, jobs)
       select distinct on (r) r, v, j from unnest($1::uuid[], $2::int[], $3::jsonb[]) as t(r, v, j) order by r, v desc
       on conflict (request_id) do update set version = excluded.version, jobs = excluded.jobs
         where noted_decision.version < excluded.version`,
      [
        events.map(({ requestId }) => requestId),
        events.map(({ version }) => version),
        events.map(({ jobs }) => JSON.stringify(jobs.map(noted))),
      ],
    );
  }
}

const noted = ({ utility, state, correction, clock: { promisedDate } }: JobDecision): NotedJob => ({
  utility,
  state,
  ...(correction && { correction }),
  ...(promisedDate && { promisedDate }),
});
