/** The calls made about the text `t`. */
export const CALLS = `(select coalesce(json_agg(json_build_object('at', c.called_at, 'by', c.called_by, 'outcome', c.outcome)
  order by c.id), '[]') from call c where c.request_id = t.request_id and c.text_id = t.id)`;

const IS_SUPERSEDED = `(t.state = 'superseded' or n.superseded_at is not null and t.state in ('pending', 'to-call'))`;
export const STATE = `case when ${IS_SUPERSEDED} then 'superseded' else t.state end`;

/** May the text `t` be tried again: has it failed, and does it still tell something? */
export const IS_RETRIABLE = `(t.state = 'failed' and exists (select 1 from notice m
  where m.request_id = t.request_id and m.text_id = t.id and m.superseded_at is null))`;

/** The delivery record of the notice `n` in its text `t`. */
export const RECORD = `t.id, n.request_id as "requestId", n.key, ${STATE} as state, t.attempts, t.reason,
  n.created_at as "createdAt", case when ${STATE} = 'pending' then t.next_attempt_at end as "nextAttemptAt",
  case when ${IS_SUPERSEDED} then coalesce(n.superseded_at, t.settled_at) else t.settled_at end as "settledAt",
  ${CALLS} as calls`;
