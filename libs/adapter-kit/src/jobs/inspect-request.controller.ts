import { Controller, Get, type Type } from '@nestjs/common';
import type { PlacementAtAdapter, RequestAtAdapter } from '@lianban/contracts';
import { FindMessagesOfRequest } from '@lianban/messaging';
import { Roles, UuidParam } from '@lianban/service-kit';
import { DataSource } from 'typeorm';

/** PostgreSQL writes times in JSON in a form of its own. */
const time = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const PLACEMENTS = `
  select p.attempt, p.provider, p.desired_version as "desiredVersion", p.job_version as "progressVersion", p.superseded,
    p.state, p.since, p.reason, p.holder, p.holder_deadline::text as "holderDeadline", p.reference, p.withdrawal,
    (select coalesce(json_agg(json_build_object('id', o.id, 'kind', o.kind, 'status', o.status, 'since', ${time('o.since')},
        'tries', o.tries, 'owner', o.owner, 'lastError', o.last_error,
        'nextTryAt', case when o.status in ('pending', 'failing', 'unknown') then ${time('o.next_at')} end) order by o.seq), '[]')
      from operation o where o.request_id = p.request_id and o.attempt = p.attempt) as operations,
    (select coalesce(json_agg(f.kind order by f.at), '[]') from finding f
      where f.request_id = p.request_id and f.attempt = p.attempt and f.closed_at is null) as findings,
    (select json_build_object('since', ${time('c.away_since')}, 'leftAloneUntil', ${time('c.open_until')}, 'failures', c.failures)
      from provider_circuit c where c.provider = p.provider) as "providerAway"
  from placement p where p.request_id = $1 order by p.attempt`;

/** What an operator sees of a request at its adapter: no dossier, for it is personal. */
export function inspectRequestController(service: string): Type {
  @Controller(`/v1/ops/${service}/requests`)
  @Roles('operator')
  class InspectJobController {
    constructor(
      private readonly dataSource: DataSource,
      private readonly messages: FindMessagesOfRequest,
    ) {}

    /** The job's attempts with what its providers were told, and its messages that are not sent or are parked. */
    @Get(':requestId')
    async inspect(@UuidParam('requestId') id: string): Promise<RequestAtAdapter> {
      const placements = await this.dataSource.query<PlacementAtAdapter[]>(PLACEMENTS, [id]);
      return { placements, ...(await this.messages.execute(id)) };
    }
  }
  return InspectJobController;
}
