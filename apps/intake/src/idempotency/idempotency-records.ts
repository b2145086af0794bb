import { Injectable } from '@nestjs/common';
import { Batcher } from '@lianban/messaging';
import { DataSource } from 'typeorm';
import { findIdempotencyRecords, type IdempotencyKey, type IdempotencyRecord } from './idempotency-record.js';

const AT_ONCE = 200;

/** What keys were answered with before. Asked together: where many are refused, each costs next to nothing. */
@Injectable()
export class IdempotencyRecords {
  private readonly together = new Batcher<IdempotencyKey, IdempotencyRecord | undefined>(
    (attempts) => this.findAll(attempts),
    { maxBatchSize: AT_ONCE },
  );

  constructor(private readonly database: DataSource) {}

  find(attempt: IdempotencyKey): Promise<IdempotencyRecord | undefined> {
    return this.together.enqueue(attempt);
  }

  private async findAll(attempts: readonly IdempotencyKey[]): Promise<(IdempotencyRecord | undefined)[]> {
    const found = await findIdempotencyRecords(this.database.manager, attempts);
    const known = new Map(found.map((each) => [nameOf(each), each]));
    return attempts.map((attempt) => known.get(nameOf(attempt)));
  }
}

const nameOf = ({ hall, key }: IdempotencyKey): string => `${hall} ${key}`;
