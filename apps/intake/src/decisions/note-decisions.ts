import { Controller } from '@nestjs/common';
import { DecisionMade, type JobDecision } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { answersDue, type NotedJob } from './noted-jobs.js';

/** Keeps what intake must know to refuse: which parts have ended and which corrections are open. */
@Controller()
export class NoteDecisions {
  @OnEvents(DecisionMade)
  async handle(events: DecisionMade[], { manager }: UnitOfWork): Promise<void> {
    await manager.query(NOTE, [
      events.map(({ requestId }) => requestId),
      events.map(({ version }) => version),
      events.map(({ jobs }) => JSON.stringify(jobs.map(noted))),
      events.map(({ jobs }) => answersDue(jobs)),
      events.map(({ jobs }) => JSON.stringify(jobs.flatMap(({ correction }) => correction?.id ?? []))),
    ]);
  }
}

const NOTE = `insert into noted_decision (request_id, version, jobs, answers_due, corrections)
  select distinct on (r) r, v, j, d, array(select jsonb_array_elements_text(c)::uuid)
  from unnest($1::uuid[], $2::int[], $3::jsonb[], $4::date[], $5::jsonb[]) as t(r, v, j, d, c) order by r, v desc
  on conflict (request_id) do update set version = excluded.version, jobs = excluded.jobs,
    answers_due = excluded.answers_due,
    corrections = noted_decision.corrections
      || array(select unnest(excluded.corrections) except select unnest(noted_decision.corrections))
    where noted_decision.version < excluded.version`;

const noted = ({ utility, state, correction, clock: { promisedDate } }: JobDecision): NotedJob => ({
  utility,
  state,
  ...(correction && { correction }),
  ...(promisedDate && { promisedDate }),
});
