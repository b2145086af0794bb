import { ForbiddenCharacter, ForbiddenKey, JsonTooDeep, MalformedJson } from '../problems/common-problems.js';

const DEEPEST = 32;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new MalformedJson();
  }
}

/** Neither NUL nor half a pair of surrogates can be stored. */
function inspectText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw new ForbiddenCharacter();
}

function inspect(value: unknown, depth: number): void {
  if (typeof value === 'string') inspectText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEEPEST) throw new JsonTooDeep();
  for (const [key, member] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw new ForbiddenKey();
    inspectText(key);
    inspect(member, depth + 1);
  }
}

/**
 * Reads a body: UTF-8, nested 32 levels at most, without NUL, without halves of characters and without keys that reach for a prototype. An empty
 * one is undefined.
 * @throws MalformedJson, JsonTooDeep, ForbiddenKey, ForbiddenCharacter
 */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const value = parse(body);
  inspect(value, 1);
  return value;
}

/**
 * Reads a body of another system as far as it can be kept: what `readJson` refuses in a text is replaced by U+FFFD, and
 * members that no form has, or that lie too deep for one, are left out.
 * @throws MalformedJson
 */
export const readJsonTolerantly = (body: Buffer): unknown =>
  body.length === 0 ? undefined : storable(parse(body), 1);

function storable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return undefined;
  if (Array.isArray(value)) return value.map((each) => storable(each, depth + 1));
  const members = Object.entries(value).filter(([key]) => !FORBIDDEN_KEYS.has(key));
  return Object.fromEntries(
    members.map(([key, member]) => [storable(key, depth), storable(member, depth + 1)] as const),
  );
}
