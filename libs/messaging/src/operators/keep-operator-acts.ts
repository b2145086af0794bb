import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Log, type Caller } from '@lianban/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';

const ACTS = ['POST', 'DELETE'];
const OF_OPERATORS = /^\/v1\/ops\/[^/]+\//;

/** Keeps who did what by every operator's call that succeeds and is no look: the call and its parameters, never its body. */
@Injectable()
export class KeepOperatorActs implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly dataSource: DataSource,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter?.getInstance().addHook('onSend', async (request, reply) => {
      if (isAct(request, reply)) await this.keep(request as ActingRequest);
    });
  }

  /** What was done stays done where its trace cannot be stored; the log has it then. */
  private async keep({ method, routeOptions, params, caller }: ActingRequest): Promise<void> {
    const path = routeOptions.url!.replace(OF_OPERATORS, '');
    const act = method === 'POST' ? path : `${method} ${path}`;
    const { subject: operator } = caller;
    this.log.log('an operator acted', { operator, act, parameters: params });
    await this.dataSource
      .query('insert into operator_act (operator, act, parameters) values ($1, $2, $3)', [
        operator,
        act,
        JSON.stringify(params),
      ])
      .catch((error: Error) => this.log.warn('the act of an operator cannot be stored', error));
  }
}

type ActingRequest = FastifyRequest & { caller: Caller };

/** A call that only checks what it would do changes nothing. */
function isAct({ method, routeOptions, body }: FastifyRequest, { statusCode }: FastifyReply): boolean {
  const isCheck = (body as { checkOnly?: boolean } | undefined)?.checkOnly === true;
  return ACTS.includes(method) && statusCode < 300 && !isCheck && OF_OPERATORS.test(routeOptions.url ?? '');
}
