import { Injectable } from '@nestjs/common';
import { Catalogue, shanghaiDate } from '@lianban/catalogue';
import { hashOfCode } from '@lianban/contracts';
import { Batcher, RequestTraces, Transaction, type UnitOfWork } from '@lianban/messaging';
import { Clock, type Caller } from '@lianban/service-kit';
import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { LoadShedder } from '../load-shedding/load-shedder.js';
import { bodyHash } from './body-hash.js';
import { checkRequest, assertValid, type CheckedRequest } from './check-request.js';
import { toDossier, toRequestedParts } from './dossier.js';
import { IdempotencyRecords } from '../idempotency/idempotency-records.js';
import { QueryCodes } from './query-code.js';
import { formatReceiptNumber } from './receipt-number.js';
import { toReceipt, type Receipt } from './receipt.js';
import { NoIdempotencyKey } from './problems.js';
import {
  insertRequestsOnce,
  findIdempotencyRecords,
  assertSameBody,
  type IdempotencyKey,
  type IdempotencyRecord,
} from '../idempotency/idempotency-record.js';
import { ServiceRequest } from './service-request.entity.js';

/** A valid request that is not stored yet. */
interface ValidRequest {
  id: string;
  idempotencyKey: IdempotencyKey;
  caller: Caller;
  checked: CheckedRequest;
  now: Date;
}

const MAX_BATCH_SIZE = 100;

/** Registers requests. The same key gets the identical receipt, for ever. */
@Injectable()
export class RegisterRequest {
  /** Requests that arrive during a transaction share the next one. */
  private readonly batcher = new Batcher<ValidRequest, IdempotencyRecord>(
    (requests) => this.transaction.run((unitOfWork) => this.save(unitOfWork, requests)),
    { maxBatchSize: MAX_BATCH_SIZE },
  );

  constructor(
    private readonly transaction: Transaction,
    private readonly idempotencyRecords: IdempotencyRecords,
    private readonly catalogue: Catalogue,
    private readonly queryCodes: QueryCodes,
    private readonly loadShedder: LoadShedder,
    private readonly clock: Clock,
    private readonly traces: RequestTraces,
  ) {}

  /** @throws NoIdempotencyKey, IdempotencyKeyReused, OutboxStalled, TooBusy, InvalidForm, NotServed */
  async execute(caller: Caller, key: string | undefined, body: unknown): Promise<Receipt> {
    if (!key || !/^[\x21-\x7e]{16,128}$/.test(key)) throw new NoIdempotencyKey();
    const idempotencyKey = { hall: caller.hall!, key, bodyHash: bodyHash(body) };
    const record = await this.register(caller, idempotencyKey, body);
    this.traces.enter(record.requestId);
    return this.withQueryCode(assertSameBody(record, idempotencyKey));
  }

  /** A key that was accepted before keeps its answer, even if its body would be refused today. */
  private async register(
    caller: Caller,
    idempotencyKey: IdempotencyKey,
    body: unknown,
  ): Promise<IdempotencyRecord> {
    const now = this.clock.now();
    let checked: CheckedRequest;
    try {
      checked = this.validate(body, now);
    } catch (refusal) {
      const earlier = await this.idempotencyRecords.find(idempotencyKey);
      if (earlier) return earlier;
      throw refusal;
    }
    this.loadShedder.onAccepted();
    // Load is shed by the age that the id tells: without a time it would go on from one that the clock has been put back from.
    const id = v7({ msecs: Date.now() });
    this.traces.enter(id);
    return this.batcher.enqueue({ id, idempotencyKey, caller, checked, now });
  }

  /** Refuses before validation if too much work waits. */
  private validate(body: unknown, now: Date): CheckedRequest {
    this.loadShedder.throwIfOverloaded(this.batcher.length);
    const today = shanghaiDate(now);
    const checked = checkRequest(body, { catalogue: this.catalogue, registeredOn: today, today });
    assertValid(checked);
    return checked;
  }

  private async save(
    { manager, publish }: UnitOfWork,
    requests: readonly ValidRequest[],
  ): Promise<IdempotencyRecord[]> {
    const numbers = await nextNumbers(manager, requests.length);
    const added = requests.map((each, index) => {
      const request = this.toServiceRequest(each, numbers[index]!);
      return { request, record: this.toIdempotencyRecord(request, each.idempotencyKey) };
    });
    const first = await insertRequestsOnce(manager, added);
    publish(
      added.filter(({ request }) => first.has(request.id)).flatMap(({ request }) => request.asRegistered()),
    );
    const repeated = requests.filter((_, index) => !first.has(added[index]!.request.id));
    const earlier =
      repeated.length > 0
        ? await findIdempotencyRecords(
            manager,
            repeated.map(({ idempotencyKey }) => idempotencyKey),
          )
        : [];
    return added.map(({ record }) =>
      first.has(record.requestId) ? record : earlier.find((each) => isSameKey(each, record))!,
    );
  }

  private toServiceRequest({ id, caller, checked, now }: ValidRequest, sequence: number): ServiceRequest {
    const codeVersion = { secret: this.queryCodes.newest, issue: 1 };
    return ServiceRequest.register({
      id,
      receiptNumber: this.receiptNumber(checked, now, sequence),
      hall: caller.hall!,
      registeredBy: caller.subject,
      registeredAt: now,
      catalogueVersion: this.catalogue.version,
      dossier: toDossier(checked),
      parts: toRequestedParts(checked),
      queryCodeSecret: codeVersion.secret,
      queryCodeIssue: codeVersion.issue,
      queryCodeHash: hashOfCode(this.queryCodes.derive(id, codeVersion)),
    });
  }

  private receiptNumber({ form }: CheckedRequest, now: Date, sequence: number): string {
    const registeredOn = shanghaiDate(now);
    const matter = this.catalogue.matter(form.matter, registeredOn)!;
    const utilities = matter.parts.map(({ utility }) => utility);
    return formatReceiptNumber({ district: form.address.district, registeredOn, utilities, sequence });
  }

  private toIdempotencyRecord(request: ServiceRequest, idempotencyKey: IdempotencyKey): IdempotencyRecord {
    const receipt = toReceipt(request, this.catalogue);
    return { ...idempotencyKey, requestId: request.id, querySecret: request.queryCodeSecret, receipt };
  }

  private withQueryCode({ requestId, querySecret, receipt }: IdempotencyRecord): Receipt {
    return { ...receipt, queryCode: this.queryCodes.derive(requestId, { secret: querySecret, issue: 1 }) };
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
