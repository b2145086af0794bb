import { Controller, Get, HttpCode, Post, type Type } from '@nestjs/common';
import { Transaction } from '@lianban/messaging';
import { Roles, NotFound, UuidParam } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { DriverRegistry } from '../drivers/driver-registry.js';
import type { Finding } from '../jobs/finding.js';
import { JobStore } from '../jobs/job-store.js';
import type { Operation } from '../jobs/operation.js';

export interface ParkedOperation extends Pick<
  Operation,
  'id' | 'requestId' | 'attempt' | 'provider' | 'kind' | 'tries' | 'owner' | 'lastError'
> {
  since: Date;
}

/** What becomes of an order that a provider made once too often. */
export interface SecondOrderShown {
  /** The provider's number of it. */
  reference: string;
  /** `by-hand`: its dialect has no way to withdraw it, and the finding's owner must call the provider. */
  state: 'being-withdrawn' | 'withdrawn' | 'refused' | 'given-up' | 'by-hand';
  /** When it was withdrawn or refused, else when that was first tried. */
  at: Date | null;
  /** Why the provider keeps it: a reason of the catalogue. */
  reason: string | null;
  /** What was answered last, where it is not withdrawn. */
  lastError: string | null;
}

export interface OpenFinding extends Omit<Finding, 'at' | 'reference'> {
  at: Date;
  /** Of a `second-reference`, the oldest first. */
  secondOrders: SecondOrderShown[];
}

/** What an operator sees and does where a provider could not be told: no dossier, for it is personal. */
export function operationsController(service: string): Type {
  @Controller(`/v1/ops/${service}`)
  @Roles('operator')
  class OperationsController {
    constructor(
      private readonly dataSource: DataSource,
      private readonly transaction: Transaction,
      private readonly jobs: JobStore,
      private readonly drivers: DriverRegistry,
    ) {}

    /** Parked operations, the oldest first, 100 at most, with who must look and what was said. */
    @Get('operations/parked')
    async parked(): Promise<{ operations: ParkedOperation[] }> {
      return {
        operations: await this.dataSource.query(
          `select id, request_id as "requestId", attempt, provider, kind, since, tries, owner, last_error as "lastError"
           from operation where status = 'parked' order by since, id limit 100`,
        ),
      };
    }

    /** What went otherwise than it should and is not closed yet, 100 at most. */
    @Get('findings')
    async findings(): Promise<{ findings: OpenFinding[] }> {
      return {
        findings: await this.dataSource.query(
          `select id, request_id as "requestId", attempt, provider, kind, owner, at,
             case when kind = 'second-reference' then (${SECOND_ORDERS}) else '[]' end as "secondOrders"
           from finding f where closed_at is null order by at, id limit 100`,
          [this.drivers.withdrawingSeconds()],
        ),
      };
    }

    @Post('findings/:id/close')
    @HttpCode(204)
    async close(@UuidParam('id') id: string): Promise<void> {
      const [, count] = await this.dataSource.query<[unknown, number]>(
        `update finding set closed_at = now() where id = $1 and closed_at is null`,
        [id],
      );
      if (count === 0) throw new NotFound();
    }

    /** Withdraws again, now and with all tries before it, what was given up of a finding's second orders. */
    @Post('findings/:id/retry')
    @HttpCode(202)
    async withdrawAgain(@UuidParam('id') id: string): Promise<void> {
      const [, count] = await this.dataSource.query<[unknown, number]>(WITHDRAW_AGAIN, [
        id,
        this.drivers.withdrawingSeconds(),
      ]);
      if (count === 0) throw new NotFound();
    }

    /** Another try for a parked operation, now. */
    @Post('operations/:id/retry')
    @HttpCode(202)
    retry(@UuidParam('id') id: string): Promise<void> {
      return this.decide(id, 'retryOperation');
    }

    /** A parked operation will not be done: its job ends as failed. */
    @Post('operations/:id/give-up')
    @HttpCode(202)
    giveUp(@UuidParam('id') id: string): Promise<void> {
      return this.decide(id, 'giveUpOperation');
    }

    private async decide(id: string, action: 'retryOperation' | 'giveUpOperation'): Promise<void> {
      const [row] = await this.dataSource.query<{ request_id: string }[]>(
        'select request_id from operation where id = $1',
        [id],
      );
      if (!row) throw new NotFound();
      await this.transaction.run((work) =>
        this.jobs.update(work, [row.request_id], (jobs, context) => {
          if (!jobs.get(row.request_id)![action](id, context)) throw new NotFound();
        }),
      );
    }
  }
  return OperationsController;
}

const SECOND_ORDERS = `select coalesce(json_agg(json_build_object('reference', s.reference,
    'state', case when s.withdrawn_at is not null then 'withdrawn' when s.refused_at is not null then 'refused'
      when s.provider <> all($1::text[]) then 'by-hand' when s.next_at is null then 'given-up' else 'being-withdrawn' end,
    'at', coalesce(s.withdrawn_at, s.refused_at, s.tried_at), 'reason', s.reason, 'lastError', s.last_error)
    order by s.tried_at nulls last, s.reference), '[]')
  from second_order s where s.request_id = f.request_id and s.attempt = f.attempt`;

const WITHDRAW_AGAIN = `update second_order s set next_at = now(), tries = 0 from finding f
  where f.id = $1 and f.closed_at is null and f.kind = 'second-reference' and s.request_id = f.request_id and s.attempt = f.attempt
    and s.next_at is null and s.withdrawn_at is null and s.refused_at is null and s.provider = any($2::text[])`;
