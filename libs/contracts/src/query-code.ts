import { createHash, createHmac } from 'node:crypto';
import { ArrayNotEmpty, IsArray, IsInt, Matches, Min } from 'class-validator';

/** 32 unambiguous characters: no 0, 1, I or O. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 8;

/** What a query code is derived from besides the request's id. */
export class QueryCodeVersion {
  /** Version of the secret. */
  @IsInt() @Min(1) secret!: number;
  /** 1 for the code on the receipt; each re-issue increments it. */
  @IsInt() @Min(1) issue!: number;
}

const rule = { each: true, message: 'must be <version>:<secret of 32 characters or more>, the newest last' };

/** The secrets that query codes are derived from, as a configuration holds them. */
export const QueryCodeSecrets = (): PropertyDecorator => (target, property) => {
  for (const decorate of [IsArray(), ArrayNotEmpty(), Matches(/^[1-9]\d*:\S{32,}$/, rule)])
    decorate(target, property as string);
};

/**
 * Derives a query code, so that who has the secrets (`<version>:<secret>`) need not be told the code.
 * @throws Error if there is no such version of the secret
 */
export function deriveQueryCode(
  secrets: readonly string[],
  requestId: string,
  { secret, issue }: QueryCodeVersion,
): string {
  const prefix = `${secret}:`;
  const key = secrets.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
  if (!key) throw new Error(`QUERY_CODE_SECRET has no version ${secret}`);
  const digest = createHmac('sha256', key).update(`${requestId}:${issue}`).digest();
  return Array.from({ length: LENGTH }, (_, i) => ALPHABET[digest[i]! % ALPHABET.length]).join('');
}

/** SHA-256 in hex of the code in upper case; only this is stored and published. */
export const hashOfCode = (code: string): string => createHash('sha256').update(code).digest('hex');
