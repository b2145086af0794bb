import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { readReceiptNumber } from '@lianban/contracts';
import { OutboxStalled } from '@lianban/messaging';
import { CurrentCaller, ApiDoc, languageOf, Roles, type Caller } from '@lianban/service-kit';
import type { FastifyReply } from 'fastify';
import { AmendRequest } from './amend-request.js';
import { AnswerCorrection, type AnsweredCorrection } from './answer-correction.js';
import type { ChangeAccepted } from './change-accepted.js';
import { FindRequest } from './find-request.js';
import type { Receipt } from './receipt.js';
import {
  AlreadyEnded,
  CorrectionAlreadyAnswered,
  CorrectionNotKnownYet,
  CorrectionNotOpen,
  CorrectionOverdue,
  CorrectionReplaced,
  IdempotencyKeyReused,
  NoIdempotencyKey,
  NotServed,
  TooBusy,
  VersionConflict,
} from './problems.js';
import { RegisterRequest } from './register-request.js';
import { ReissueQueryCode, type ReissuedQueryCode } from './reissue-query-code.js';
import { addressOf, requestReference } from './request-identity.js';
import { AmendRequestForm, AnswerForm, RegisterRequestForm, WithdrawForm } from './requests.forms.js';
import { WithdrawRequest } from './withdraw-request.js';

const AS_WRITTEN = { transform: readReceiptNumber };
const AS_ID = { transform: (id: string) => id.trim().toLowerCase() };

/** The counter's endpoints. A receipt of another hall is 404. */
@Controller('v1/requests')
@Roles('clerk')
export class RequestsController {
  constructor(
    private readonly registerRequest: RegisterRequest,
    private readonly findRequest: FindRequest,
    private readonly amendRequest: AmendRequest,
    private readonly answerCorrection: AnswerCorrection,
    private readonly withdrawRequest: WithdrawRequest,
    private readonly reissueQueryCode: ReissueQueryCode,
  ) {}

  /** Registers a request and answers its receipt; the same `Idempotency-Key` with the same body, the same receipt. */
  @Post()
  @ApiDoc({
    body: RegisterRequestForm,
    headers: {
      'idempotency-key': {
        required: true,
        pattern: '^[!-~]{16,128}$',
        description: 'One for each request; a retry sends the same.',
      },
    },
    refuses: [NoIdempotencyKey, IdempotencyKeyReused, OutboxStalled, TooBusy, NotServed],
    answers: { location: 'Where the request is read.' },
  })
  async register(
    @CurrentCaller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Receipt> {
    const receipt = await this.registerRequest.execute(caller, key, body);
    reply.header('location', addressOf(receipt));
    return receipt;
  }

  /** The request as registered and amended, its names in the clerk's language; document numbers are masked. */
  @Get(':receipt')
  find(
    @CurrentCaller() caller: Caller,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Headers('accept-language') language: string | undefined,
  ) {
    return this.findRequest.execute(requestReference(caller, receipt), languageOf(language));
  }

  /** Amends the request; needs the version that was read. */
  @Patch(':receipt')
  @HttpCode(202)
  @ApiDoc({
    body: AmendRequestForm,
    refuses: [VersionConflict, AlreadyEnded, NotServed],
  })
  amend(
    @CurrentCaller() caller: Caller,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Body() body: unknown,
  ): Promise<ChangeAccepted> {
    return this.amendRequest.execute(requestReference(caller, receipt), body);
  }

  /** Supplies what a correction asked for, whole or in parts until its deadline; answers what is still open. */
  @Post(':receipt/corrections/:id/answer')
  @HttpCode(202)
  @ApiDoc({
    body: AnswerForm,
    refuses: [
      CorrectionAlreadyAnswered,
      CorrectionReplaced,
      CorrectionNotOpen,
      CorrectionNotKnownYet,
      CorrectionOverdue,
      AlreadyEnded,
    ],
  })
  answer(
    @CurrentCaller() caller: Caller,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Param('id', AS_ID) id: string,
    @Body() body: unknown,
  ): Promise<AnsweredCorrection> {
    return this.answerCorrection.execute(requestReference(caller, receipt), id, body);
  }

  /** Withdraws some parts, or all that still run. */
  @Post(':receipt/withdrawal')
  @HttpCode(202)
  @ApiDoc({ body: WithdrawForm, refuses: [AlreadyEnded] })
  withdraw(
    @CurrentCaller() caller: Caller,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Body() body: unknown,
  ): Promise<ChangeAccepted> {
    return this.withdrawRequest.execute(requestReference(caller, receipt), body);
  }

  /** A new query code for an applicant who lost his; the previous one stops working. */
  @Post(':receipt/query-code')
  @HttpCode(200)
  reissue(
    @CurrentCaller() caller: Caller,
    @Param('receipt', AS_WRITTEN) receipt: string,
  ): Promise<ReissuedQueryCode> {
    return this.reissueQueryCode.execute(requestReference(caller, receipt));
  }
}
