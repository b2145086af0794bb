import { Controller, Get, Param, Query } from '@nestjs/common';
import { Catalogue, shanghaiDate, type Matter } from '@lianban/catalogue';
import { UTILITIES } from '@lianban/contracts';
import { Clock, ApiDoc, Roles, NotFound, validForm } from '@lianban/service-kit';
import { Matches } from 'class-validator';
import { OptionalNullable } from '../validation/form.decorators.js';
import { describeMatter, summarizeMatter } from './describe-matter.js';

const AS_CODE = {
  transform: (code: string) =>
    code
      .normalize('NFKC')
      .trim()
      .toUpperCase()
      .replace(/[\s-]+/g, '_'),
};

export class MatterQuery {
  /** Six digits of GB/T 2260. */
  @OptionalNullable() @Matches(/^\d{6}$/) district?: string;
}

/** What can be asked for today, for the counter's form. */
@Controller('v1/matters')
@Roles('clerk')
export class MattersController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  /** Every matter that can be asked for today; with `?district=` (six digits) those that are offered there. */
  @Get()
  @ApiDoc({ query: MatterQuery })
  list(@Query() query: unknown) {
    const { district } = validForm(MatterQuery, query);
    const offered = district ? (this.catalogue.district(district)?.utilities ?? []) : UTILITIES;
    const isOffered = ({ parts }: Matter) => parts.every(({ utility }) => offered.includes(utility));
    return { matters: this.catalogue.matters(this.today()).filter(isOffered).map(summarizeMatter) };
  }

  /** One matter; with `?district=` (six digits) also the providers there. 404 where it is unknown. */
  @Get(':code')
  @ApiDoc({ query: MatterQuery })
  find(@Param('code', AS_CODE) code: string, @Query() query: unknown) {
    const { district } = validForm(MatterQuery, query);
    const matter = this.catalogue.matter(code, this.today());
    if (!matter) throw new NotFound();
    return describeMatter(this.catalogue, matter, this.today(), district);
  }

  private today(): string {
    return shanghaiDate(this.clock.now());
  }
}
