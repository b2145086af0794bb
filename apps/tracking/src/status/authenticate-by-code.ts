import { Injectable } from '@nestjs/common';
import { AdmitByCode, clientAddress } from '@lianban/query-codes';
import type { FastifyRequest } from 'fastify';
import { FindRequestViews, type RequestView } from '../projection/find-request-views.js';
import { TrackingConfig } from '../tracking.config.js';

/** Finds a request by receipt number and query code. */
@Injectable()
export class AuthenticateByCode {
  constructor(
    private readonly findRequestViews: FindRequestViews,
    private readonly admitByCode: AdmitByCode,
    private readonly config: TrackingConfig,
  ) {}

  /** @throws NotFound for an unknown receipt and for a wrong code, TooManyGuesses */
  execute(request: FastifyRequest, receipt: string, code: string): Promise<RequestView> {
    const address = clientAddress(request, this.config.trustProxy);
    return this.admitByCode.execute(receipt, code, address, (number) =>
      this.findRequestViews.byReceipt(number),
    );
  }
}
