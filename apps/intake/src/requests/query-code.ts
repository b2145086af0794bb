import { Injectable } from '@nestjs/common';
import { deriveQueryCode, type QueryCodeVersion } from '@lianban/contracts';
import { IntakeConfig } from '../intake.config.js';

/** Derives query codes, so that a repeated registration gets the identical receipt without storing the code. */
@Injectable()
export class QueryCodes {
  constructor(private readonly config: IntakeConfig) {}

  /** Version of the secret for new codes: that of the last one configured, whatever its number. */
  get newest(): number {
    return Number.parseInt(this.config.queryCodeSecret.at(-1)!);
  }

  /** @throws Error if the configuration no longer has that version of the secret */
  derive(requestId: string, version: QueryCodeVersion): string {
    return deriveQueryCode(this.config.queryCodeSecret, requestId, version);
  }
}
