import { Controller, Get, Param, Query } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import { Clock, For, NoSuchThing } from '@lianban/service-kit';
import { describeMatter, summaryOf } from './describe-matter.js';

/** What can be asked for today, for the counter's form. */
@Controller('v1/matters')
@For('clerk')
export class MattersController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  @Get()
  list() {
    return { matters: this.catalogue.matters(this.today()).map(summaryOf) };
  }

  /** One matter; with `?district=` (six digits) also the providers there. 404 where it is unknown. */
  @Get(':code')
  find(@Param('code') code: string, @Query('district') district?: string) {
    const matter = this.catalogue.matter(code, this.today());
    if (!matter) throw new NoSuchThing();
    return describeMatter(this.catalogue, matter, this.today(), district);
  }

  private today(): string {
    return shanghaiDate(this.clock.now());
  }
}
