import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import { Backlog, Transaction, type Work } from '@lianban/messaging';
import { Clock, type Caller } from '@lianban/service-kit';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { bodyHash } from './body-hash.js';
import { checkRequest, requireSound, type CheckedRequest } from './check-request.js';
import { dossierOf, requestedParts } from './dossier.js';
import { hashOfCode, QueryCodes } from './query-code.js';
import { receiptNumber } from './receipt-number.js';
import { receiptOf, type Receipt } from './receipt.js';
import { NoIdempotencyKey } from './refusals.js';
import { addRegistration, findRegistration, type Attempt, type Registration } from './registration.js';
import { ServiceRequest } from './service-request.entity.js';

/** Takes a request in: one transaction, one receipt; the same key gives the identical receipt for ever. */
@Injectable()
export class RegisterRequest {
  constructor(
    private readonly transaction: Transaction,
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
    private readonly codes: QueryCodes,
    private readonly backlog: Backlog,
    private readonly clock: Clock,
  ) {}

  /** @throws NoIdempotencyKey, IdempotencyKeyReused, BacklogTooLong, InvalidForm, NotServed, CalendarNotCovered */
  async execute(caller: Caller, key: string | undefined, body: unknown): Promise<Receipt> {
    if (!key || !/^[\x21-\x7e]{16,128}$/.test(key)) throw new NoIdempotencyKey();
    const attempt = { hall: caller.hall!, key, bodyHash: bodyHash(body) };
    const earlier = await findRegistration(this.database.manager, attempt);
    if (earlier) return this.answer(earlier);
    this.backlog.refuseIfTooLong();
    const now = this.clock.now();
    const today = shanghaiDate(now);
    const checked = requireSound(
      checkRequest(body, { catalogue: this.catalogue, registeredOn: today, today }),
    );
    return this.answer(await this.transaction.run((work) => this.save(work, attempt, caller, checked, now)));
  }

  private async save(
    { manager, publish }: Work,
    attempt: Attempt,
    caller: Caller,
    checked: CheckedRequest,
    now: Date,
  ): Promise<Registration> {
    const request = await this.register(manager, caller, checked, now);
    const registration = {
      requestId: request.id,
      querySecret: request.queryCodeSecret,
      receipt: receiptOf(request, this.catalogue),
    };
    const isFirst = await addRegistration(manager, attempt, registration);
    if (!isFirst) return (await findRegistration(manager, attempt))!;
    await manager.insert(ServiceRequest, request as object);
    publish(request.asRegistered());
    return registration;
  }

  private async register(manager: EntityManager, caller: Caller, checked: CheckedRequest, now: Date) {
    const id = v7();
    const origin = { secret: this.codes.newest, issue: 1 };
    return ServiceRequest.register({
      id,
      receiptNumber: await this.nextReceiptNumber(manager, checked, now),
      hall: caller.hall!,
      registeredBy: caller.subject,
      registeredAt: now,
      catalogueVersion: this.catalogue.version,
      dossier: dossierOf(checked),
      parts: requestedParts(checked),
      queryCodeSecret: origin.secret,
      queryCodeIssue: origin.issue,
      queryCodeHash: hashOfCode(this.codes.derive(id, origin)),
    });
  }

  private async nextReceiptNumber(
    manager: EntityManager,
    { form }: CheckedRequest,
    now: Date,
  ): Promise<string> {
    const [row] = await manager.query<{ next: string }[]>(`select nextval('receipt_sequence') as next`);
    const registeredOn = shanghaiDate(now);
    const matter = this.catalogue.matter(form.matter, registeredOn)!;
    return receiptNumber({
      district: form.address.district,
      registeredOn,
      utilities: matter.parts.map(({ utility }) => utility),
      sequence: Number(row!.next),
    });
  }

  private answer({ requestId, querySecret, receipt }: Registration): Receipt {
    return { ...receipt, queryCode: this.codes.derive(requestId, { secret: querySecret, issue: 1 }) };
  }
}
