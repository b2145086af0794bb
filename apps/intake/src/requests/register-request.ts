import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import { Batcher, Transaction, type UnitOfWork } from '@lianban/messaging';
import { Clock, type Caller } from '@lianban/service-kit';
import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { LoadShedder } from '../load-shedding/load-shedder.js';
import { bodyHash } from './body-hash.js';
import { checkRequest, assertValid, type CheckedRequest } from './check-request.js';
import { toDossier, requestedParts } from './dossier.js';
import { IdempotencyRecords } from '../idempotency/idempotency-records.js';
import { hashOfCode, QueryCodes } from './query-code.js';
import { receiptNumber } from './receipt-number.js';
import { receiptOf, type Receipt } from './receipt.js';
import { NoIdempotencyKey } from './problems.js';
import {
  insertRequestsOnce,
  findIdempotencyRecords,
  requireSameBody,
  type IdempotencyKey,
  type IdempotencyRecord,
} from '../idempotency/idempotency-record.js';
import { ServiceRequest } from './service-request.entity.js';

/** A request that is in order, on its way into the books. */
interface ValidRequest {
  attempt: IdempotencyKey;
  caller: Caller;
  checked: CheckedRequest;
  now: Date;
}

const AT_ONCE = 100;

/** Takes requests in: each one receipt; the same key gives the identical receipt for ever. */
@Injectable()
export class RegisterRequest {
  /** What comes in while a transaction is under way goes into the next one together. */
  private readonly batcher = new Batcher<ValidRequest, IdempotencyRecord>(
    (sound) => this.transaction.run((work) => this.save(work, sound)),
    { maxBatchSize: AT_ONCE },
  );

  constructor(
    private readonly transaction: Transaction,
    private readonly known: IdempotencyRecords,
    private readonly catalogue: Catalogue,
    private readonly codes: QueryCodes,
    private readonly loadShedder: LoadShedder,
    private readonly clock: Clock,
  ) {}

  /** @throws NoIdempotencyKey, IdempotencyKeyReused, OutboxStalled, TooBusy, InvalidForm, NotServed */
  async execute(caller: Caller, key: string | undefined, body: unknown): Promise<Receipt> {
    if (!key || !/^[\x21-\x7e]{16,128}$/.test(key)) throw new NoIdempotencyKey();
    const attempt = { hall: caller.hall!, key, bodyHash: bodyHash(body) };
    const registration = await this.register(caller, attempt, body);
    return this.answer(requireSameBody(registration, attempt));
  }

  /** What would be refused today may have been taken in before: then it keeps its answer. */
  private async register(caller: Caller, attempt: IdempotencyKey, body: unknown): Promise<IdempotencyRecord> {
    const now = this.clock.now();
    let checked: CheckedRequest;
    try {
      checked = this.admit(body, now);
    } catch (refusal) {
      const earlier = await this.known.find(attempt);
      if (earlier) return earlier;
      throw refusal;
    }
    this.loadShedder.onAccepted();
    return this.batcher.enqueue({ attempt, caller, checked, now });
  }

  /** Takes a form in that is in order; a house that is full does not look at it. */
  private admit(body: unknown, now: Date): CheckedRequest {
    this.loadShedder.throwIfOverloaded(this.batcher.length);
    const today = shanghaiDate(now);
    const checked = checkRequest(body, { catalogue: this.catalogue, registeredOn: today, today });
    assertValid(checked);
    return checked;
  }

  private async save(
    { manager, publish }: UnitOfWork,
    sound: readonly ValidRequest[],
  ): Promise<IdempotencyRecord[]> {
    const numbers = await nextNumbers(manager, sound.length);
    const added = sound.map((each, index) => {
      const request = this.requestOf(each, numbers[index]!);
      return { request, registration: this.registrationOf(request, each.attempt) };
    });
    const first = await insertRequestsOnce(manager, added);
    publish(
      added.filter(({ request }) => first.has(request.id)).flatMap(({ request }) => request.asRegistered()),
    );
    const repeated = sound.filter((_, index) => !first.has(added[index]!.request.id));
    const earlier =
      repeated.length > 0
        ? await findIdempotencyRecords(
            manager,
            repeated.map(({ attempt }) => attempt),
          )
        : [];
    return added.map(({ registration }) =>
      first.has(registration.requestId)
        ? registration
        : earlier.find((each) => isSameKey(each, registration))!,
    );
  }

  private requestOf({ caller, checked, now }: ValidRequest, sequence: number): ServiceRequest {
    const id = v7();
    const origin = { secret: this.codes.newest, issue: 1 };
    return ServiceRequest.register({
      id,
      receiptNumber: this.receiptNumber(checked, now, sequence),
      hall: caller.hall!,
      registeredBy: caller.subject,
      registeredAt: now,
      catalogueVersion: this.catalogue.version,
      dossier: toDossier(checked),
      parts: requestedParts(checked),
      queryCodeSecret: origin.secret,
      queryCodeIssue: origin.issue,
      queryCodeHash: hashOfCode(this.codes.derive(id, origin)),
    });
  }

  private receiptNumber({ form }: CheckedRequest, now: Date, sequence: number): string {
    const registeredOn = shanghaiDate(now);
    const matter = this.catalogue.matter(form.matter, registeredOn)!;
    const utilities = matter.parts.map(({ utility }) => utility);
    return receiptNumber({ district: form.address.district, registeredOn, utilities, sequence });
  }

  private registrationOf(request: ServiceRequest, attempt: IdempotencyKey): IdempotencyRecord {
    const receipt = receiptOf(request, this.catalogue);
    return { ...attempt, requestId: request.id, querySecret: request.queryCodeSecret, receipt };
  }

  private answer({ requestId, querySecret, receipt }: IdempotencyRecord): Receipt {
    return { ...receipt, queryCode: this.codes.derive(requestId, { secret: querySecret, issue: 1 }) };
  }
}

const isSameKey = (a: IdempotencyKey, b: IdempotencyKey): boolean => a.hall === b.hall && a.key === b.key;

async function nextNumbers(manager: EntityManager, count: number): Promise<number[]> {
  const rows = await manager.query<{ next: string }[]>(
    `select nextval('receipt_sequence') as next from generate_series(1, $1)`,
    [count],
  );
  return rows.map(({ next }) => Number(next));
}
