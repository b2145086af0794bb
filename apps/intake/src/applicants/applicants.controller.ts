import { Body, Controller, Get, Headers, HttpCode, Param, Post, Req } from '@nestjs/common';
import { readReceiptNumber } from '@lianban/contracts';
import { AdmitByCode, clientAddress, textOfHeader, TooManyGuesses } from '@lianban/query-codes';
import { ApiDoc, languageOf, Public } from '@lianban/service-kit';
import type { FastifyRequest } from 'fastify';
import { IntakeConfig } from '../intake.config.js';
import { AnswerCorrection, type AnsweredCorrection } from '../requests/answer-correction.js';
import {
  AlreadyEnded,
  CorrectionAlreadyAnswered,
  CorrectionNotKnownYet,
  CorrectionNotOpen,
  CorrectionOverdue,
  CorrectionReplaced,
  TooBusy,
} from '../requests/problems.js';
import type { RequestReference } from '../requests/request-identity.js';
import { AnswerForm } from '../requests/requests.forms.js';
import { LostCodeForm } from './applicants.forms.js';
import { DescribeCorrection, type CorrectionToAnswer } from './describe-correction.js';
import { FindByReceipt } from './find-by-receipt.js';
import { TooManyLostCodes } from './problems.js';
import { ResendQueryCode, type LostCodeNoted } from './resend-query-code.js';

const AS_WRITTEN = { transform: readReceiptNumber };
const AS_ID = { transform: (id: string) => id.trim().toLowerCase() };
const OF_CORRECTIONS = {
  headers: { 'x-query-code': { required: true, description: 'The query code of the receipt.' } },
  refuses: [
    TooManyGuesses,
    CorrectionAlreadyAnswered,
    CorrectionReplaced,
    CorrectionNotOpen,
    CorrectionNotKnownYet,
    CorrectionOverdue,
    AlreadyEnded,
  ],
};

/** What applicants do themselves; an unknown receipt and a wrong query code are both 404. */
@Controller('v1/applicant')
@Public()
export class ApplicantsController {
  constructor(
    private readonly resendQueryCode: ResendQueryCode,
    private readonly admitByCode: AdmitByCode,
    private readonly findByReceipt: FindByReceipt,
    private readonly describeCorrection: DescribeCorrection,
    private readonly answerCorrection: AnswerCorrection,
    private readonly config: IntakeConfig,
  ) {}

  /**
   * The present query code goes once more to the mobile phone on record, at most so often. The answer is the same whether or not there is
   * such a receipt, and such a phone.
   */
  @Post('lost-code')
  @HttpCode(202)
  @ApiDoc({ body: LostCodeForm, refuses: [TooManyLostCodes, TooBusy] })
  lostCode(
    @Req() request: FastifyRequest,
    @Headers('accept-language') language: string | undefined,
    @Body() body: unknown,
  ): Promise<LostCodeNoted> {
    return this.resendQueryCode.execute(body, this.addressOf(request), languageOf(language));
  }

  /** What a correction still asks for, and how each item is supplied. */
  @Get('requests/:receipt/corrections/:id')
  @ApiDoc(OF_CORRECTIONS)
  async correction(
    @Req() request: FastifyRequest,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Param('id', AS_ID) id: string,
    @Headers('accept-language') language: string | undefined,
  ): Promise<CorrectionToAnswer> {
    const reference = await this.admit(request, receipt);
    return this.describeCorrection.execute(reference, id, languageOf(language));
  }

  /** Supplies fields, e-licences and confirmations; paper is handed in at the counter. Answers what is still open. */
  @Post('requests/:receipt/corrections/:id/answer')
  @HttpCode(202)
  @ApiDoc({ ...OF_CORRECTIONS, body: AnswerForm })
  async answer(
    @Req() request: FastifyRequest,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Param('id', AS_ID) id: string,
    @Body() body: unknown,
  ): Promise<AnsweredCorrection> {
    const reference = await this.admit(request, receipt);
    return this.answerCorrection.execute(reference, id, body, 'applicant');
  }

  private async admit(request: FastifyRequest, receipt: string): Promise<RequestReference> {
    const code = textOfHeader(String(request.headers['x-query-code'] ?? ''));
    const { receiptNumber, hall } = await this.admitByCode.execute(
      receipt,
      code,
      this.addressOf(request),
      (number) => this.findByReceipt.execute(number),
    );
    return { receiptNumber, hall };
  }

  private addressOf(request: FastifyRequest): string {
    return clientAddress(request, this.config.trustProxy);
  }
}
