import { createHash, createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IntakeConfig } from '../intake.config.js';

/** 32 unambiguous characters: no 0, 1, I or O. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 8;

/** What a query code is derived from besides the request's id. */
export interface QueryCodeVersion {
  /** Version of the secret. */
  secret: number;
  /** 1 for the code on the receipt; each re-issue increments it. */
  issue: number;
}

/** Derives query codes, so that a repeated registration gets the identical receipt without storing the code. */
@Injectable()
export class QueryCodes {
  constructor(private readonly config: IntakeConfig) {}

  /** Version of the secret for new codes. */
  get newest(): number {
    return Number.parseInt(this.config.queryCodeSecret.at(-1)!);
  }

  /** @throws Error if the configuration no longer has that version of the secret */
  derive(requestId: string, { secret, issue }: QueryCodeVersion): string {
    const prefix = `${secret}:`;
    const key = this.config.queryCodeSecret.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
    if (!key) throw new Error(`QUERY_CODE_SECRET has no version ${secret}`);
    const digest = createHmac('sha256', key).update(`${requestId}:${issue}`).digest();
    return Array.from({ length: LENGTH }, (_, i) => ALPHABET[digest[i]! % ALPHABET.length]).join('');
  }
}

/** SHA-256 in hex of the code in upper case; only this is stored and published. */
export const hashOfCode = (code: string): string => createHash('sha256').update(code).digest('hex');
