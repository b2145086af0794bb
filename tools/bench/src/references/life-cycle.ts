/** The tables of references A and L: a request, its five jobs, what was said, what was heard; six indexes and one. */
export const TABLES = `
  drop table if exists request, job, outbox, inbox;
  create table request (
    id uuid primary key,
    receipt text not null unique,
    hall text not null,
    registered_at timestamptz not null,
    phase text not null,
    version integer not null,
    body jsonb not null
  ) with (fillfactor = 80);
  create index on request (hall, registered_at);
  create table job (
    request_id uuid not null,
    utility text not null,
    provider text not null,
    state text not null,
    version integer not null,
    reference text,
    primary key (request_id, utility)
  ) with (fillfactor = 80);
  create index on job (provider, request_id);
  create table outbox (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    topic text not null,
    key uuid not null,
    body jsonb not null
  );
  create table inbox (event_id uuid primary key);`;

/** About what a dossier weighs as JSON, in bytes. */
const BODY_BYTES = 600;
export const BODY = JSON.stringify({
  matter: 'JOINT_NEW',
  applicant: { kind: 'person', name: '欧阳试样', documentType: 'resident-id' },
  address: { district: '370102', estate: '样例小区', building: '3', room: '502' },
})
  .padEnd(BODY_BYTES - 12, ' ')
  .replace(/}( *)$/, (_, spaces: string) => `,"note":"${'x'.repeat(spaces.length)}"}`);

const UTILITIES = ['water', 'electricity', 'gas', 'heat', 'telecom'];

/** A: the intake row set as one statement; gives the request's id. */
const INTAKE = `with r as (
    insert into request (id, receipt, hall, registered_at, phase, version, body)
    select v.id, '370102' || right(v.id::text, 17), '370102', now(), 'registered', 1, cast(:body as jsonb)
    from (select uuidv7() as id) v returning id
  ), j as (
    insert into job (request_id, utility, provider, state, version)
    select r.id, u, 'jinan-' || u, 'placed', 1 from r, unnest(array['${UTILITIES.join("','")}']) u
  ), o as (
    insert into outbox (topic, key, body) select 'dossiers', r.id, cast(:body as jsonb) from r
  ) select id from r`;

const acknowledge = (utility: string): string => `with i as (insert into inbox (event_id) values (uuidv7()))
  update job set state = 'accepted', reference = utility || '-00000001', version = version + 1
  where request_id = cast(:id as uuid) and utility = '${utility}'`;

const AGGREGATE = `update request set phase = 'under-way', version = version + 1 where id = cast(:id as uuid)`;

export const A: readonly string[] = [INTAKE];
/** L: A, an acknowledgement of each utility, one aggregate; a commit each. */
export const L: readonly string[] = [INTAKE, ...UTILITIES.map(acknowledge), AGGREGATE];
