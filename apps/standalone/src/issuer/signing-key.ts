import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';

async function createKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** The issuer's private key, made at the first start and kept in the folder, readable to its owner alone. */
export async function signingKey(folder: string): Promise<JWK> {
  const file = join(folder, 'issuer-key.json');
  const stored = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (stored) return JSON.parse(stored) as JWK;
  const key = await createKey();
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(key), { mode: 0o600 });
  return key;
}
