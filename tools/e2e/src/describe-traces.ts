import { readFileSync } from 'node:fs';
import { SERVICES, TOPICS } from '@lianban/contracts';
import { asAdmin } from '@lianban/engines';
import { KafkaClient } from '@lianban/messaging';
import {
  aRegistration,
  eventually,
  required,
  type Mode,
  type ReceivedSpan,
  type Receipt,
  type RunningStack,
  type TraceReceiver,
} from '@lianban/testing';
import { registerMany } from './many-requests.js';

const UTILITIES = ['water', 'electricity', 'gas', 'heat', 'telecom'] as const;
const PERSONAL = ['欧阳试样', '370102199003070016', '13800138000', '样例路', '样例小区'];
const REQUEST = 'lianban.request.id';
const WAIT_MS = 60_000;
/** How many are carried at once; `TRACED_REQUESTS=10000` is the long form, for some twenty minutes. */
const REQUESTS = Number(process.env.TRACED_REQUESTS ?? 60);
const CLIENTS = 12;
const LIMIT_MS = WAIT_MS + REQUESTS * 500;
/** What the request goes through, whichever transport carries it. */
const NAMES = (prefix: string): string[] => [
  'POST /v1/requests',
  'POST /v1/providers/:provider/callbacks',
  'send sms',
  ...UTILITIES.flatMap((utility) => [
    `create ${prefix}jobs.${utility}`,
    `process ${prefix}jobs.${utility}`,
    `place ${utility}`,
  ]),
  ...['dossiers', 'contacts', 'progress', 'status'].flatMap((topic) => [
    `create ${prefix}${topic}`,
    `process ${prefix}${topic}`,
  ]),
];

const TELEMETRY = readFileSync(new URL('../../../observability/telemetry.md', import.meta.url), 'utf8');
/** The rows of the table whose first column has this head. */
function rowsOf(head: string): string[][] {
  const rows = TELEMETRY.split('\n').map((line) => line.split(/\s*\|\s*/).slice(1, -1));
  const first = rows.findIndex(([cell]) => cell === head) + 2;
  const length = rows.slice(first).findIndex((row) => row.length === 0);
  return rows
    .slice(first, length < 0 ? undefined : first + length)
    .map(([name, ...rest]) => [name!.replaceAll('`', ''), ...rest]);
}
const wordsIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
/** What is there only of a failure, of a batch, or of a single message. */
const isOccasional = (span: string, attribute: string): boolean =>
  attribute === 'error.type' ||
  (/^(send|process) /.test(span) && /^(messaging\.(batch|message)|cloudevents|lianban)\./.test(attribute));
const patternOf = (name: string, prefix: string): string => {
  const [operation, target = ''] = name.split(' ');
  if (name === 'send sms') return name;
  if (target.startsWith(prefix)) return `${operation} <topic>`;
  return /^[A-Z]+$/.test(operation!) ? '<method> <route>' : '<operation> <utility>';
};

const isRegistration = ({ name }: ReceivedSpan): boolean => name === 'POST /v1/requests';
const requestsOf = ({ attributes, links }: ReceivedSpan): Set<unknown> =>
  new Set([attributes[REQUEST], ...links.map((link) => link.attributes[REQUEST])]);

/** Everything of these spans that parents and links lead to, in either direction. */
function reachableFrom(first: ReceivedSpan, spans: readonly ReceivedSpan[]): Set<ReceivedSpan> {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const besides = new Map<ReceivedSpan, ReceivedSpan[]>(spans.map((span) => [span, []]));
  for (const span of spans)
    for (const id of [span.parentSpanId, ...span.links.map(({ spanId }) => spanId)]) {
      const other = byId.get(id);
      if (!other) continue;
      besides.get(span)!.push(other);
      besides.get(other)!.push(span);
    }
  const reached = new Set([first]);
  for (const span of reached) for (const other of besides.get(span)!) reached.add(other);
  return reached;
}

/** What is wrong with the trace of a request, if these are all spans that are about it. */
function faultsOf(spans: readonly ReceivedSpan[], prefix: string): string[] {
  const post = spans.find(isRegistration);
  if (!post) return ['no registration'];
  const reached = reachableFrom(post, spans);
  const names = new Set([...reached].map(({ name }) => name));
  return [
    ...spans.filter((span) => !reached.has(span)).map(({ name }) => `cannot be reached: ${name}`),
    ...NAMES(prefix).flatMap((name) => (names.has(name) ? [] : [`is not there: ${name}`])),
    ...spans.flatMap(({ name, droppedLinks }) => (droppedLinks ? [`has lost links: ${name}`] : [])),
  ];
}

export interface TracedStack {
  stack: RunningStack;
  receiver: TraceReceiver;
}

/** The spans of requests, on a stack that exports all of them, and through which nothing has gone but what should. */
export function describeTraces(mode: Mode, traced: () => TracedStack): void {
  let stack: RunningStack;
  let receiver: TraceReceiver;
  let prefix: string;
  let receipt: Receipt;

  beforeAll(async () => {
    ({ stack, receiver } = traced());
    prefix = stack.topicPrefix;
    receipt = await stack.register(aRegistration(...UTILITIES));
    await eventually(async () => expect((await stack.track(receipt)).phase).toBe('ended'), WAIT_MS);
  });

  const postOf = ({ requestId }: Receipt): ReceivedSpan =>
    receiver.spans.find((span) => isRegistration(span) && span.attributes[REQUEST] === requestId)!;

  it('leads by parents and links from the registration to every provider, the status and the text', async () => {
    await eventually(
      () =>
        expect([...new Set(receiver.spans.map(({ name }) => name))]).toEqual(
          expect.arrayContaining(NAMES(prefix)),
        ),
      WAIT_MS,
    );
    // Each service exports its spans in its own time.
    await eventually(() => {
      const spans = receiver.spans.filter((span) => requestsOf(span).has(receipt.requestId));
      expect(faultsOf(spans, prefix)).toEqual([]);
    }, WAIT_MS);
    expect(postOf(receipt)).toMatchObject({
      service: 'intake',
      kind: 'SERVER',
      attributes: { 'http.response.status_code': 201 },
    });
  });

  it('names the process that made a span', async () => {
    await eventually(
      () => expect(new Set(receiver.spans.map(({ service }) => service)).size).toBe(9),
      WAIT_MS,
    );
    for (const { resource } of receiver.spans)
      expect(resource).toMatchObject({
        'service.namespace': 'lianban',
        'service.version': expect.any(String),
        'service.instance.id': expect.any(String),
      });
  });

  it('is found from a line of the log', () => {
    const { traceId, spanId } = postOf(receipt);
    const line = stack.lines.find((each) => each.includes(spanId));
    expect(line).toContain(`"trace_id":"${traceId}","span_id":"${spanId}"`);
    expect(line).toContain('"route":"/v1/requests"');
  });

  it('is made of the spans that observability/telemetry.md describes, and of no others', () => {
    const described = rowsOf('span').map(
      ([name, kind, , attributes]) => [name!, kind!, wordsIn(attributes!)] as const,
    );
    const seen = new Map<string, Set<string>>();
    for (const { name, kind, attributes } of receiver.spans) {
      const pattern = patternOf(name, prefix);
      const [, expectedKind, allowed] = described.find(([each]) => each === pattern) ?? [];
      expect([pattern, kind]).toEqual([pattern, expectedKind]);
      expect(allowed).toEqual(expect.arrayContaining(Object.keys(attributes)));
      seen.set(pattern, new Set([...(seen.get(pattern) ?? []), ...Object.keys(attributes)]));
    }
    for (const [name, , attributes] of described)
      if (mode === 'services' || name !== 'send <topic>')
        expect([name, [...(seen.get(name) ?? [])]]).toEqual([
          name,
          expect.arrayContaining(attributes.filter((each) => !isOccasional(name, each))),
        ]);
  });

  if (mode === 'services')
    it('stands beside the metrics that observability/telemetry.md describes, and no others', async () => {
      const described = new Map(
        rowsOf('metric').map(([name, type, labels]) => [name!, [type!, wordsIn(labels!)] as const]),
      );
      const pages = await Promise.all(
        SERVICES.map(async (service) => (await fetch(`${stack.urlOf(service)}/metrics`)).text()),
      );
      const lines = pages.join('\n').split('\n');
      const types = new Map(
        lines.flatMap((line) => {
          const [, name, type] = /^# TYPE ((?:lianban|http)_\w+) (\w+)$/.exec(line) ?? [];
          return name ? [[name, type!] as const] : [];
        }),
      );
      expect(new Map([...described].map(([name, [type]]) => [name, type]))).toEqual(types);
      for (const line of lines) {
        const [, name, labels] = /^((?:lianban|http)_\w+?)(?:_bucket|_sum|_count)?\{(.*)\} /.exec(line) ?? [];
        const known = described.get(name ?? '')?.[1];
        if (known)
          for (const [, label] of labels!.matchAll(/(\w+)="/g))
            expect([...known, 'le', 'service']).toContain(label);
      }
    });

  it('has nothing personal in it', () => {
    const words = [...PERSONAL, receipt.queryCode];
    expect(receiver.bodies.some((body) => body.includes(receipt.requestId))).toBe(true);
    expect(words.filter((word) => receiver.bodies.some((body) => body.includes(word)))).toEqual([]);
  });

  if (mode === 'services')
    describe(`and of ${REQUESTS} more that are carried at once`, () => {
      const receipts: Receipt[] = [];

      beforeAll(async () => {
        const form = () => aRegistration(...UTILITIES);
        await registerMany(stack, REQUESTS, CLIENTS, form, (each) => receipts.push(each));
        await asAdmin(await stack.databaseUrl(), (client) =>
          eventually(async () => {
            const ids = receipts.map(({ requestId }) => requestId);
            const { rows } = await client.query<{ ended: number; unsent: number }>(
              `select (select count(*)::integer from tracking.request_view where ended and request_id = any($1)) as ended,
                 (select count(*)::integer from notification.text_message where settled_at is null) as unsent`,
              [ids],
            );
            expect(rows).toEqual([{ ended: REQUESTS, unsent: 0 }]);
          }, LIMIT_MS),
        );
      }, 2 * LIMIT_MS);

      it(
        'is whole for each of them',
        () =>
          eventually(() => {
            const spans = new Map<unknown, ReceivedSpan[]>(receipts.map(({ requestId }) => [requestId, []]));
            for (const span of receiver.spans) for (const id of requestsOf(span)) spans.get(id)?.push(span);
            const faults = [...spans].flatMap(([id, each]) =>
              faultsOf(each, prefix).map((fault) => `${String(id)} ${fault}`),
            );
            expect(spans.size).toBe(REQUESTS);
            expect(faults).toEqual([]);
          }, LIMIT_MS),
        2 * LIMIT_MS,
      );

      it('has nothing personal in it', () => {
        const codes = new Set<unknown>(receipts.map(({ queryCode }) => queryCode));
        expect(PERSONAL.filter((word) => receiver.bodies.some((body) => body.includes(word)))).toEqual([]);
        expect(
          receiver.spans.filter(({ attributes }) =>
            Object.values(attributes).some((each) => codes.has(each)),
          ),
        ).toEqual([]);
      });

      it(
        'goes with every record on Kafka',
        async () => {
          const address = { brokers: required('TEST_KAFKA'), clientId: 'test', prefix };
          const kafka = new KafkaClient(address, () => {});
          const offsets = await kafka.offsets();
          const unread = new Map<string, number>();
          for (const { name } of TOPICS)
            for (const { partition, offset } of await offsets.ends(name))
              if (offset > 0) unread.set(`${prefix}${name}/${partition}`, offset);
          await offsets.close();
          expect(new Set([...unread.keys()].map((each) => each.split('/')[0])).size).toBe(TOPICS.length);

          const untraced: string[] = [];
          const consumer = await kafka.consumer({
            group: `${prefix}test`,
            topics: TOPICS.map(({ name }) => name),
            sessionTimeout: 10_000,
            concurrency: 1,
            onBatch: async (batch) => {
              for (const record of batch.records) {
                const { sourcePosition, headers } = record;
                const [, partition, offset] = /^(.*)\/(\d+)$/.exec(sourcePosition)!;
                if (!/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(headers.traceparent ?? ''))
                  untraced.push(sourcePosition);
                if (Number(offset) + 1 >= unread.get(partition!)!) unread.delete(partition!);
                batch.done(record);
              }
            },
            onDeath: () => {},
          });
          await eventually(() => expect([...unread]).toEqual([]), LIMIT_MS);
          await consumer.close();
          expect(untraced).toEqual([]);
        },
        2 * LIMIT_MS,
      );
    });
}
