import { Controller, HttpCode, Post, type Type } from '@nestjs/common';
import { Roles } from '@lianban/service-kit';
import { RepublishSnapshots } from './republish.js';

/** An operator's command to publish everything again; the service provides `RepublishSnapshots` and its `SnapshotSource`. */
export function republishController(service: string): Type {
  @Controller(`/v1/ops/${service}/republish`)
  @Roles('operator')
  class RepublishController {
    constructor(private readonly republish: RepublishSnapshots) {}

    /** 202: it has begun, or was under way. */
    @Post()
    @HttpCode(202)
    start(): void {
      this.republish.start();
    }
  }
  return RepublishController;
}
