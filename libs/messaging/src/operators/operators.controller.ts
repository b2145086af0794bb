import { Controller, Get, type Type } from '@nestjs/common';
import { Roles } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { SummariseService, type ServiceSummary } from './service-summary.js';

/** What an operator did: the call under `/v1/ops/<service>/`, with the parameters of its path. */
export interface OperatorAct {
  at: Date;
  operator: string;
  act: string;
  parameters: Record<string, string>;
}

/** How it stands with a service, and what operators did with it. */
export function operatorsController(service: string): Type {
  @Controller(`/v1/ops/${service}`)
  @Roles('operator')
  class OperatorsController {
    constructor(
      private readonly dataSource: DataSource,
      private readonly summarise: SummariseService,
    ) {}

    /** What it handles, and what waits. */
    @Get('summary')
    summary(): Promise<ServiceSummary> {
      return this.summarise.execute();
    }

    /** The newest 50 acts of operators. */
    @Get('acts')
    async acts(): Promise<{ acts: OperatorAct[] }> {
      return {
        acts: await this.dataSource.query(
          'select at, operator, act, parameters from operator_act order by id desc limit 50',
        ),
      };
    }
  }
  return OperatorsController;
}
