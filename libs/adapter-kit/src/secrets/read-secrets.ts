import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SECRET = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
const MOST = 2;

/** The secrets of the providers are wrong; names the credential and never what it held. */
export class SecretsInvalid extends Error {}

/**
 * The secrets by the name of their credential, the newest first: a text where there is one, a list of two while it is
 * being changed. @throws SecretsInvalid
 */
export function readSecrets(json: string): Map<string, readonly string[]> {
  const value = JSON.parse(json) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SecretsInvalid('PROVIDER_SECRETS is no JSON object');
  return new Map(Object.entries(value).map(([credential, of]) => [credential, listOf(credential, of)]));
}

/** The same from a folder: a file named after each credential, a secret a line. @throws SecretsInvalid */
export function readSecretsDir(folder: string): Map<string, readonly string[]> {
  // A mounted Secret has links to folders beside its files, whose names begin with two dots.
  const credentials = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return new Map(
    credentials.map((credential) => {
      const lines = readFileSync(join(folder, credential), 'utf8').split('\n');
      return [credential, listOf(credential, lines.map((line) => line.trim()).filter(Boolean))];
    }),
  );
}

function listOf(credential: string, of: unknown): readonly string[] {
  const secrets: unknown[] = Array.isArray(of) ? of : [of];
  const isRight = secrets.every((each): each is string => typeof each === 'string' && SECRET.test(each));
  if (!isRight || secrets.length === 0 || secrets.length > MOST || new Set(secrets).size < secrets.length)
    throw new SecretsInvalid(
      `there must be one secret, or two different ones with the newest first, whsec_ and base64 each, for the credential "${credential}"`,
    );
  return secrets;
}
