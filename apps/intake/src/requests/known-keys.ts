import { Injectable } from '@nestjs/common';
import { Batcher } from '@lianban/messaging';
import { DataSource } from 'typeorm';
import { findRegistrations, type Attempt, type Registration } from './registration.js';

const AT_ONCE = 200;

/** What keys were answered with before. Asked together: where many are refused, each costs next to nothing. */
@Injectable()
export class KnownKeys {
  private readonly together = new Batcher<Attempt, Registration | undefined>(
    (attempts) => this.findAll(attempts),
    { maxBatchSize: AT_ONCE },
  );

  constructor(private readonly database: DataSource) {}

  find(attempt: Attempt): Promise<Registration | undefined> {
    return this.together.enqueue(attempt);
  }

  private async findAll(attempts: readonly Attempt[]): Promise<(Registration | undefined)[]> {
    const found = await findRegistrations(this.database.manager, attempts);
    const known = new Map(found.map((each) => [nameOf(each), each]));
    return attempts.map((attempt) => known.get(nameOf(attempt)));
  }
}

const nameOf = ({ hall, key }: Attempt): string => `${hall} ${key}`;
