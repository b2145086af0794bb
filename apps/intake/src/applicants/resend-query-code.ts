import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { isMobile, readReceiptNumber } from '@lianban/contracts';
import { Transaction } from '@lianban/messaging';
import { Log, NotFound, validForm, type Language, type Text } from '@lianban/service-kit';
import { lockRequest, storeRequest } from '../requests/lock-request.js';
import { TooBusy } from '../requests/problems.js';
import { FindByReceipt } from './find-by-receipt.js';
import { LostCodeForm } from './applicants.forms.js';
import { LostCodes } from './lost-codes.js';

/** The same for every receipt number. */
export interface LostCodeNoted {
  /** What the applicant may expect, in words. */
  text: string;
}

/** Lost codes in hand at once. */
const MAX_IN_HAND = 50;

const NOTED: Text = {
  'zh-CN':
    '如果该受理编号存在并登记了手机号码，查询码将以短信发送到该手机（夜间的次日早上发送）。没有收到的，请持有效证件到受理大厅补领。',
  en: 'If there is such a receipt with a mobile phone, its query code is sent to that phone by text message (in the morning, if it is night). If nothing comes, ask at the service hall with an identity document.',
};

/**
 * Sends the present query code to the phone on record. It is not replaced, or whoever reads a receipt number could make the applicant's
 * own code useless. What is done happens after the answer, so that neither its words nor its time tell whether there is such a receipt.
 */
@Injectable()
export class ResendQueryCode implements BeforeApplicationShutdown {
  private readonly inHand = new Set<Promise<void>>();

  constructor(
    private readonly lostCodes: LostCodes,
    private readonly findByReceipt: FindByReceipt,
    private readonly transaction: Transaction,
    private readonly log: Log,
  ) {}

  /** @throws InvalidForm, TooManyLostCodes, TooBusy */
  async execute(body: unknown, address: string, language: Language): Promise<LostCodeNoted> {
    const { receiptNumber } = validForm(LostCodeForm, body);
    if (this.inHand.size >= MAX_IN_HAND) throw new TooBusy();
    await this.lostCodes.countAddress(address);
    const sending = this.send(readReceiptNumber(receiptNumber))
      .catch((error: Error) => this.log.warn('a query code could not be sent again', error))
      .finally(() => this.inHand.delete(sending));
    this.inHand.add(sending);
    return { text: NOTED[language] };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.inHand);
  }

  private async send(receiptNumber: string): Promise<void> {
    const found = await this.findByReceipt.execute(receiptNumber);
    if (!found) return;
    await this.transaction
      .run(async ({ manager, publish, now }) => {
        const request = await lockRequest(manager, { receiptNumber, hall: found.hall });
        if (!isMobile(request.dossier.applicant.phone)) return;
        if (!(await this.lostCodes.mayBeSent(manager, request.id, now))) return;
        publish(request.askForCode(now));
        await storeRequest(manager, request);
      })
      .catch((error: unknown) => {
        // Erased meanwhile.
        if (!(error instanceof NotFound)) throw error;
      });
  }
}
