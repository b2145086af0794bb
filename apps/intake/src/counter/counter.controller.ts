import { Body, Controller, Get, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { readReceiptNumber } from '@lianban/contracts';
import { ApiDoc, CurrentCaller, languageOf, Roles, validForm, type Caller } from '@lianban/service-kit';
import { CheckDraft, type CheckedDraft } from './check-draft.js';
import { DisclosureForm, DraftForm, SearchForm } from './counter.forms.js';
import { describeOptions, type CounterOptions } from './describe-options.js';
import { DiscloseNumbers, type DisclosedNumbers } from './disclose-numbers.js';
import { SearchRequests, type FoundRequest } from './search-requests.js';

/** What a counter's page needs beside registering. Personal data travels in bodies, never in addresses. */
@Controller('v1/counter')
@Roles('clerk')
export class CounterController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly checkDraft: CheckDraft,
    private readonly searchRequests: SearchRequests,
    private readonly discloseNumbers: DiscloseNumbers,
  ) {}

  /** Districts, kinds of documents and reasons to choose from. */
  @Get('options')
  options(@Headers('accept-language') language: string | undefined): CounterOptions {
    return describeOptions(this.catalogue, languageOf(language));
  }

  /** Judges a draft, however unfinished: its mistakes, who would do it by when, and what it may repeat. Stores nothing. */
  @Post('check')
  @HttpCode(200)
  @ApiDoc({ body: DraftForm })
  check(
    @CurrentCaller() caller: Caller,
    @Body() body: unknown,
    @Headers('accept-language') language: string | undefined,
  ): Promise<CheckedDraft> {
    return this.checkDraft.execute(caller, validForm(DraftForm, body).draft, languageOf(language));
  }

  /** The hall's newest twenty requests that fit. */
  @Post('search')
  @HttpCode(200)
  @ApiDoc({ body: SearchForm })
  async search(
    @CurrentCaller() { hall }: Caller,
    @Body() body: unknown,
    @Headers('accept-language') language: string | undefined,
  ): Promise<{ requests: FoundRequest[] }> {
    const { q } = validForm(SearchForm, body);
    return { requests: await this.searchRequests.execute(hall!, q, languageOf(language)) };
  }

  /** The whole document numbers; stores who asked and why. */
  @Post('requests/:receipt/disclosure')
  @HttpCode(200)
  @ApiDoc({ body: DisclosureForm })
  disclose(
    @CurrentCaller() caller: Caller,
    @Param('receipt', { transform: readReceiptNumber }) receipt: string,
    @Body() body: unknown,
  ): Promise<DisclosedNumbers> {
    return this.discloseNumbers.execute(caller, receipt, validForm(DisclosureForm, body).reason);
  }
}
