import type { ContactChanged } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';
import { textId, type Notice } from '../notices/notice.js';

/** Who asked for a query code longer ago has asked again, or gone to the hall. */
const MAX_AGE_MS = 3_600_000;

/** Makes a text of each lost query code that was asked for a short time ago, once however often its event arrives. */
export async function insertCodeTexts(
  manager: EntityManager,
  events: readonly ContactChanged[],
  now: Date,
): Promise<void> {
  const oldest = now.getTime() - MAX_AGE_MS;
  const texts = events.flatMap(({ requestId, version, askedCode }) => {
    if (!askedCode || Date.parse(askedCode.askedAt) < oldest) return [];
    const { secret, issue } = askedCode;
    const notice: Notice = { key: `query-code:${version}`, kind: 'query-code', code: { secret, issue } };
    return [{ requestId, textId: textId(requestId, notice.key), notice }];
  });
  if (texts.length > 0) await manager.query(INSERT, [JSON.stringify(texts), now]);
}

const INSERT = `with texts as materialized (
    select * from jsonb_to_recordset($1::jsonb) t("requestId" uuid, "textId" uuid, notice json)
  ), inserted_texts as (
    insert into text_message (id, request_id, created_at, next_attempt_at, batchable, state)
    select "textId", "requestId", $2, $2, false, 'pending' from texts
    on conflict do nothing
  )
  insert into notice (request_id, text_id, created_at, too_old, key, kind, content)
  select "requestId", "textId", $2, false, notice->>'key', notice->>'kind', notice from texts
  on conflict do nothing`;
