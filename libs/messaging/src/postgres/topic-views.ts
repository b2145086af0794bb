import { SERVICES, TOPICS, type Topic } from '@lianban/contracts';
import { schemaOf } from '@lianban/service-kit';
import type { Client } from 'pg';

export const viewOf = (topic: string): string => `lianban.topic_${topic.replaceAll('.', '_')}`;

/**
 * Makes a schema and a user for each service, once, as an administrator; harmless to repeat.
 * `passwordOf` gives each service's password.
 */
export async function prepareDatabase(
  admin: Pick<Client, 'query'>,
  passwordOf: (service: string) => string,
  services: readonly string[] = SERVICES,
): Promise<void> {
  await admin.query('create schema if not exists lianban');
  await admin.query('grant usage on schema lianban to public');
  await admin.query(`create table if not exists lianban.epoch (epoch text not null)`);
  await admin.query('grant select on lianban.epoch to public');
  await admin.query('delete from lianban.epoch');
  await admin.query('insert into lianban.epoch select system_identifier from pg_control_system()');
  for (const service of services) await prepareSchema(admin, schemaOf(service), passwordOf(service));
}

async function prepareSchema(admin: Pick<Client, 'query'>, schema: string, password: string): Promise<void> {
  const quoted = `'${password.replaceAll("'", "''")}'`;
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [schema]);
  await admin.query(`${rowCount ? 'alter' : 'create'} role ${schema} login password ${quoted}`);
  await admin.query(`create schema if not exists ${schema} authorization ${schema}`);
}

/** Makes a view of every topic over its publishers' outboxes, and one of all cursors, once the tables exist. */
export async function createTopicViews(admin: Pick<Client, 'query'>): Promise<void> {
  for (const { name, publishers, readers } of TOPICS) {
    const outboxes = await existing(admin, publishers, 'outbox');
    if (outboxes.length === 0) continue;
    const parts = outboxes.map(
      (service) => `select id, xid, event_id, type, time, key, topic, shard, body, created_at,
        '/lianban/${service}' as source, term from ${schemaOf(service)}.outbox`,
    );
    await replaceView(admin, viewOf(name), parts, await existing(admin, readers, 'cursor'));
  }
  const services = await existing(admin, SERVICES, 'cursor');
  const cursors = services.map(
    (service) => `select '${service}' as reader, * from ${schemaOf(service)}.cursor`,
  );
  await replaceView(admin, 'lianban.cursors', cursors, services);
  const topics = [];
  for (const topic of TOPICS)
    if ((await existing(admin, topic.publishers, 'outbox')).length > 0) topics.push(topic);
  if (topics.length > 0) await replaceView(admin, 'lianban.readings', topics.map(readingsOf), services);
}

/** How far each reader of a topic is, shard by shard, and the seconds since its oldest unread row was said. */
const readingsOf = ({ name, days }: Topic): string => `
  select c.reader, c.topic, c.shard, c.xid || '/' || c.id as place,
    coalesce(extract(epoch from clock_timestamp() - u.created_at), 0)::float8 as behind
  from lianban.cursors c left join lateral (
    select o.created_at from ${viewOf(name)} o
    where o.term = ${days} and o.topic = c.topic and o.shard = c.shard and (o.xid, o.id) > (c.xid, c.id)
      and o.created_at > c.seen_at - interval '1 hour'
    order by o.xid, o.id limit 1) u on true
  where c.topic = '${name}'`;

async function existing(
  admin: Pick<Client, 'query'>,
  services: readonly string[],
  table: string,
): Promise<string[]> {
  const { rows } = await admin.query<{ service: string }>(
    `select service from unnest($1::text[]) with ordinality s(service, place)
     where to_regclass(replace(service, '-', '_') || '.' || $2) is not null order by place`,
    [services, table],
  );
  return rows.map(({ service }) => service);
}

async function replaceView(
  admin: Pick<Client, 'query'>,
  view: string,
  parts: string[],
  readers: string[],
): Promise<void> {
  await admin.query(`create or replace view ${view} as ${parts.join(' union all ')}`);
  for (const reader of readers) await admin.query(`grant select on ${view} to ${schemaOf(reader)}`);
}
