import { Controller, Get, Header } from '@nestjs/common';
import { ApiDoc } from '../http/api-doc.js';
import { Public } from '../identity/roles.js';
import { Metrics } from './metrics.js';

@Controller('metrics')
@Public()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** What Prometheus reads. */
  @Get()
  @ApiDoc({ needsNoDatabase: true })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
