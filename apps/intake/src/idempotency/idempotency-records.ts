import { Injectable } from '@nestjs/common';
import { Batcher } from '@lianban/messaging';
import { DataSource } from 'typeorm';
import { findIdempotencyRecords, type IdempotencyKey, type IdempotencyRecord } from './idempotency-record.js';

const MAX_BATCH_SIZE = 200;

/** Finds the records of keys, many with one query: under load most refusals need one. */
@Injectable()
export class IdempotencyRecords {
  private readonly batcher = new Batcher<IdempotencyKey, IdempotencyRecord | undefined>(
    (keys) => this.findAll(keys),
    { maxBatchSize: MAX_BATCH_SIZE },
  );

  constructor(private readonly database: DataSource) {}

  find(key: IdempotencyKey): Promise<IdempotencyRecord | undefined> {
    return this.batcher.enqueue(key);
  }

  private async findAll(keys: readonly IdempotencyKey[]): Promise<(IdempotencyRecord | undefined)[]> {
    const records = await findIdempotencyRecords(this.database.manager, keys);
    const byName = new Map(records.map((record) => [nameOf(record), record]));
    return keys.map((key) => byName.get(nameOf(key)));
  }
}

const nameOf = ({ hall, key }: IdempotencyKey): string => `${hall} ${key}`;
