import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CurrentCaller, ApiDoc, Roles, UuidParam, validForm, type Caller } from '@lianban/service-kit';
import { CallForm, CallsQuery, type CallToMake } from './calls.forms.js';
import { ListCalls } from './list-calls.js';
import { RecordCall } from './record-call.js';

/** Calls that a hall makes because the contact is a landline. */
@Controller('/v1/notices/calls')
@Roles('clerk')
export class CallsController {
  constructor(
    private readonly listCalls: ListCalls,
    private readonly recordCall: RecordCall,
  ) {}

  /** Fifty calls to make, the oldest first, and `next` for the following page. 422 `invalid-form`. */
  @Get()
  @ApiDoc({ query: CallsQuery })
  list(
    @CurrentCaller() { hall }: Caller,
    @Query() query: unknown,
  ): Promise<{ calls: CallToMake[]; next?: string }> {
    return this.listCalls.execute(hall!, validForm(CallsQuery, query).after);
  }

  /**
   * Records a call by the caller, for each of the texts that it was about; `reached` and `wrong-number` end them. 404 if unknown or of
   * another hall; what `together` names of another request stays as it is.
   */
  @Post(':id')
  @HttpCode(204)
  @ApiDoc({ body: CallForm })
  record(@CurrentCaller() caller: Caller, @UuidParam('id') id: string, @Body() body: unknown): Promise<void> {
    return this.recordCall.execute(caller, id, validForm(CallForm, body));
  }
}
