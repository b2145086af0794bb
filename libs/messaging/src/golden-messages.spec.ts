import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';
import { eventClasses, eventMetadata, type EventClass } from '@lianban/contracts';
import { decode, type RawMessage } from './message.js';

const FOLDER = fileURLToPath(new URL('../../contracts/src/golden/', import.meta.url));
const golden = (type: string): object => JSON.parse(readFileSync(`${FOLDER}${type}.json`, 'utf8')) as object;
const types = eventClasses().map((eventClass) => eventMetadata(eventClass).type);

const received = (type: string, body: object): RawMessage => ({
  topic: 'any',
  sourcePosition: '1',
  headers: { ce_id: '019ace0c-6d00-7000-8000-00000000000f', ce_type: type, ce_time: '2026-11-27T01:02:03Z' },
  key: null,
  body: JSON.stringify(body),
});

/** Every property that a class or one inside it declares, as `parts.materials.code`. */
function declared(type: EventClass, path = ''): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].flatMap((name) => {
    const inner = defaultMetadataStorage.findTypeMetadata(type, name)?.typeFunction() as
      EventClass | undefined;
    return [path + name, ...(inner ? declared(inner, `${path + name}.`) : [])];
  });
}

/** Every property of a message; of a list, of all its entries. */
function present(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => present(entry, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [path + name, ...present(each, `${path + name}.`)]);
}

describe('the messages kept beside the events', () => {
  it('are one for each event', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(types.map((type) => `${type}.json`).toSorted());
  });

  it.each(types)('%s is read as it was written', (type) => {
    const message = decode(received(type, golden(type)))!;
    expect(JSON.parse(JSON.stringify(message.event))).toEqual(golden(type));
  });

  it.each(types)('%s is read where a later version has added something', (type) => {
    expect(decode(received(type, { ...golden(type), later: { than: 'this' } }))).toBeDefined();
  });

  it.each(eventClasses().map((eventClass) => [eventMetadata(eventClass).type, eventClass] as const))(
    '%s has every property that its class declares',
    (type, eventClass) => {
      const properties = new Set(present(golden(type)));
      expect(declared(eventClass).filter((property) => !properties.has(property))).toEqual([]);
    },
  );
});
