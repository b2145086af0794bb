import type { Random } from '../random.js';
import type { RawRecord } from './raw-kafka.js';

/**
 * `must`: nobody can take such a record for a good one, so it has to be parked. The others may leave it good (a letter of a
 * name changed), or make it of a type that its reader does not know.
 */
export interface Mutation {
  name: string;
  must: boolean;
  apply(record: RawRecord, random: Random): RawRecord;
}

const HUGE = 300_000;
/** Few, for each is a third of a megabyte. */
const HUGE_SHARE = 0.002;

const withHeaders = (record: RawRecord, changes: RawRecord['headers']): RawRecord => ({
  ...record,
  headers: Object.fromEntries(
    Object.entries({ ...record.headers, ...changes }).filter(([, value]) => value !== undefined),
  ),
});

const huge: Mutation = {
  name: 'huge',
  must: true,
  apply: (record) => ({ ...record, value: Buffer.alloc(HUGE, record.value ?? '{') }),
};

const MUTATIONS: readonly Mutation[] = [
  { name: 'bytes flipped', must: false, apply: flip },
  {
    name: 'cut',
    must: true,
    apply: (record, random) => ({
      ...record,
      value: record.value!.subarray(0, random.whole(1, record.value!.length - 1)),
    }),
  },
  { name: 'no id', must: true, apply: (record) => withHeaders(record, { ce_id: undefined }) },
  { name: 'no type', must: true, apply: (record) => withHeaders(record, { ce_type: undefined }) },
  { name: 'no time', must: true, apply: (record) => withHeaders(record, { ce_time: undefined }) },
  { name: 'no headers', must: true, apply: (record) => ({ ...record, headers: {} }) },
  { name: 'no body', must: true, apply: (record) => ({ ...record, value: null }) },
  { name: 'empty body', must: true, apply: (record) => ({ ...record, value: Buffer.alloc(0) }) },
  {
    name: 'another shape',
    must: true,
    apply: (record, random) => ({ ...record, value: Buffer.from(random.pick(SHAPES)) }),
  },
  {
    name: 'id is no id',
    must: true,
    apply: (record, random) => withHeaders(record, { ce_id: String(random.next()) }),
  },
  {
    name: 'type nobody knows',
    must: false,
    apply: (record) => withHeaders(record, { ce_type: 'cn.lianban.nothing.happened.v1' }),
  },
  {
    name: 'type of another event',
    must: false,
    apply: (record, random) => withHeaders(record, { ce_type: otherType(record, random) }),
  },
  { name: 'no key', must: false, apply: (record) => ({ ...record, key: null }) },
];

const SHAPES = ['[]', '"text"', '17', 'null', 'true', '{}', '[{}]', '{"__proto__":{}}', '{"requestId":{}}'];
const TYPES = [
  'dossier.changed',
  'contact.changed',
  'request.changed',
  'job.wanted',
  'job.progressed',
  'decision.made',
];

function otherType({ headers }: RawRecord, random: Random): string {
  const types = TYPES.map((type) => `cn.lianban.${type}.v1`);
  return random.pick(types.filter((type) => type !== String(headers.ce_type)));
}

/** Breaks a good record in one way. */
export function mutant(record: RawRecord, random: Random): { mutation: Mutation; record: RawRecord } {
  const mutation = random.chance(HUGE_SHARE) ? huge : random.pick(MUTATIONS);
  return { mutation, record: mutation.apply(record, random) };
}

function flip(record: RawRecord, random: Random): RawRecord {
  const value = Buffer.from(record.value!);
  do {
    const at = random.whole(0, value.length - 1);
    value[at] = value[at]! ^ (1 << random.whole(0, 7));
  } while (random.chance(0.7) || value.equals(record.value!));
  return { ...record, value };
}
