import { ForbiddenCharacter, ForbiddenKey, JsonTooDeep, MalformedJson } from '../problems/common-problems.js';

const MAX_DEPTH = 32;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new MalformedJson();
  }
}

/** PostgreSQL cannot store NUL or unpaired surrogates. */
function assertTextAllowed(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw new ForbiddenCharacter();
}

function assertAllowed(value: unknown, depth: number): void {
  if (typeof value === 'string') assertTextAllowed(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new JsonTooDeep();
  for (const [key, member] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw new ForbiddenKey();
    assertTextAllowed(key);
    assertAllowed(member, depth + 1);
  }
}

/**
 * Reads a body: UTF-8, at most 32 levels deep, without NUL, unpaired surrogates or keys such as `__proto__`. An empty body is
 * undefined.
 * @throws MalformedJson, JsonTooDeep, ForbiddenKey, ForbiddenCharacter
 */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const value = parse(body);
  assertAllowed(value, 1);
  return value;
}

/**
 * Reads the body of another system as far as possible: characters that `readJson` refuses become U+FFFD, and forbidden keys
 * and levels are left out.
 * @throws MalformedJson
 */
export const readJsonTolerantly = (body: Buffer): unknown =>
  body.length === 0 ? undefined : sanitize(parse(body), 1);

function sanitize(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((each) => sanitize(each, depth + 1));
  const members = Object.entries(value).filter(([key]) => !FORBIDDEN_KEYS.has(key));
  return Object.fromEntries(
    members.map(([key, member]) => [sanitize(key, depth), sanitize(member, depth + 1)] as const),
  );
}
