/** Each event that lies in an outbox as a row of its own, for `from`: id of its outbox row, n, event_id, topic, key, body, pending_groups. */
export const outboxEvents = (outbox = 'outbox'): string =>
  `(select o.id, o.topic, o.pending_groups, e.* from ${outbox} o,
      unnest(o.event_ids, o.keys, string_to_array(o.bodies, chr(30))) with ordinality e(event_id, key, body, n)
    order by o.id, n) event`;
