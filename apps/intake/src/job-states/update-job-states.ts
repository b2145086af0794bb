import { Controller } from '@nestjs/common';
import { RequestStatusChanged, type JobStatus } from '@lianban/contracts';
import { OnEvents, type UnitOfWork } from '@lianban/messaging';
import { firstAnswerDeadline, type JobStateView } from './job-states.js';

/** Stores which parts have ended and which corrections are open, so that intake can refuse. */
@Controller()
export class UpdateJobStates {
  @OnEvents(RequestStatusChanged)
  async handle(events: RequestStatusChanged[], { manager }: UnitOfWork): Promise<void> {
    const newest = new Map<string, RequestStatusChanged>();
    for (const event of events)
      if (event.version > (newest.get(event.requestId)?.version ?? 0)) newest.set(event.requestId, event);
    await manager.query(UPSERT, [JSON.stringify([...newest.values()].map(toRow))]);
  }
}

/** Ordered by id, so that two instances do not deadlock. */
const UPSERT = `insert into job_state (request_id, version, jobs, answers_due, corrections, undelivered_since)
  select n.id, n.version, n.jobs, n."answersDue", n.corrections, n."undeliveredSince"
  from json_to_recordset($1::json) n(id uuid, version integer, jobs json, "answersDue" date, corrections json,
    "undeliveredSince" timestamptz) order by n.id
  on conflict (request_id) do update set version = excluded.version, jobs = excluded.jobs,
    answers_due = excluded.answers_due, corrections = excluded.corrections,
    undelivered_since = excluded.undelivered_since
    where job_state.version < excluded.version`;

function toRow({ requestId, version, jobs, facts }: RequestStatusChanged) {
  return {
    id: requestId,
    version,
    jobs: jobs.map(toJobStateView),
    answersDue: firstAnswerDeadline(jobs),
    corrections: facts.flatMap(({ kind, id }) =>
      kind === 'correction' ? [id.slice('correction:'.length)] : [],
    ),
    undeliveredSince: jobs
      .filter(({ operation: { delivery } }) => delivery === 'pending')
      .map(({ operation }) => operation.since)
      .toSorted()[0],
  };
}

const toJobStateView = ({
  utility,
  state,
  correction,
  clock: { promisedDate },
}: JobStatus): JobStateView => ({
  utility,
  state,
  ...(correction && { correction }),
  promisedDate,
});
