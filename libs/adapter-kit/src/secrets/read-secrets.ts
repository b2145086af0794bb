import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterConfig } from '../adapter.config.js';

const SECRET = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
const MOST = 2;

/** The secrets are wrong; names the credential and never what it held. */
export class SecretsInvalid extends Error {}

/**
 * The secrets by the name of their credential, the newest first: a text where there is one, a list of two while it is
 * being changed; or a folder of files of one or two lines. @throws SecretsInvalid
 */
export function readSecrets({
  providerSecrets,
  providerSecretsDir,
}: Pick<AdapterConfig, 'providerSecrets' | 'providerSecretsDir'>): Map<string, readonly string[]> {
  if (providerSecrets !== undefined && providerSecretsDir !== undefined)
    throw new SecretsInvalid('PROVIDER_SECRETS and PROVIDER_SECRETS_DIR are both set');
  const found = providerSecretsDir === undefined ? parse(providerSecrets!) : readFolder(providerSecretsDir);
  return new Map(found.map(([credential, of]) => [credential, listOf(credential, of)]));
}

function parse(json: string): [string, unknown][] {
  const value = JSON.parse(json) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SecretsInvalid('PROVIDER_SECRETS is no JSON object');
  return Object.entries(value);
}

/** Kubernetes keeps its own files there, whose names begin with a dot. */
function readFolder(folder: string): [string, unknown][] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .map((name) => [name, linesOf(readFileSync(join(folder, name), 'utf8'))]);
  } catch (error) {
    throw new SecretsInvalid(
      `PROVIDER_SECRETS_DIR cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

function listOf(credential: string, of: unknown): readonly string[] {
  const secrets: unknown[] = Array.isArray(of) ? of : [of];
  const isRight = secrets.every((each): each is string => typeof each === 'string' && SECRET.test(each));
  if (!isRight || secrets.length === 0 || secrets.length > MOST || new Set(secrets).size < secrets.length)
    throw new SecretsInvalid(
      `there must be one secret, or two different ones with the newest first, whsec_ and base64 each, for "${credential}"`,
    );
  return secrets;
}
