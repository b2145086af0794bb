import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SERVICES, TOPICS } from '@lianban/contracts';
import { KafkaClient, type RawMessage } from '@lianban/messaging';
import {
  aRegistration,
  eventually,
  required,
  RunningStack,
  TraceReceiver,
  type Mode,
  type ReceivedSpan,
  type Receipt,
} from '@lianban/testing';

const UTILITIES = ['water', 'electricity', 'gas', 'heat', 'telecom'] as const;
const PERSONAL = ['欧阳试样', '370102199003070016', '13800138000', '样例路', '样例小区'];
const REQUEST = 'lianban.request.id';
const WAIT_MS = 60_000;
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

describe.each(['standalone', 'services'] as Mode[])('the trace of a request, %s', (mode) => {
  const prefix = mode === 'services' ? `t${randomBytes(4).toString('hex')}.` : 'lianban.';
  let receiver: TraceReceiver;
  let stack: RunningStack;
  let receipt: Receipt;

  beforeAll(async () => {
    receiver = await TraceReceiver.start();
    const names: Record<string, string> =
      mode === 'services' ? { TOPIC_PREFIX: prefix, GROUP_PREFIX: prefix } : {};
    stack = await RunningStack.start(mode, { ...receiver.env, ...names, LOG_LEVEL: 'info' });
    receipt = await stack.register(aRegistration(...UTILITIES));
    await eventually(async () => expect((await stack.track(receipt)).phase).toBe('ended'), WAIT_MS);
  });
  afterAll(async () => {
    await stack.stop();
    await receiver.stop();
  });

  const isAboutIt = ({ attributes, links }: ReceivedSpan): boolean =>
    attributes[REQUEST] === receipt.requestId ||
    links.some((link) => link.attributes[REQUEST] === receipt.requestId);

  /** Everything that parents and links lead to, in either direction. */
  function reachableFrom(first: ReceivedSpan): Set<ReceivedSpan> {
    const reached = new Set([first]);
    const isNextTo = (a: ReceivedSpan, b: ReceivedSpan): boolean =>
      a.parentSpanId === b.spanId || a.links.some(({ spanId }) => spanId === b.spanId);
    for (const span of reached)
      for (const other of receiver.spans)
        if (isNextTo(span, other) || isNextTo(other, span)) reached.add(other);
    return reached;
  }

  it('leads by parents and links from the registration to every provider, the status and the text', async () => {
    await eventually(
      () =>
        expect([...new Set(receiver.spans.map(({ name }) => name))]).toEqual(
          expect.arrayContaining(NAMES(prefix)),
        ),
      WAIT_MS,
    );
    const post = receiver.spans.find(({ name }) => name === 'POST /v1/requests')!;
    expect(post).toMatchObject({ service: 'intake', kind: 'SERVER' });
    expect(post.attributes).toMatchObject({ 'http.response.status_code': 201, [REQUEST]: receipt.requestId });
    const reached = reachableFrom(post);
    expect(receiver.spans.filter((span) => isAboutIt(span) && !reached.has(span))).toEqual([]);
    expect([...new Set([...reached].map(({ name }) => name))]).toEqual(expect.arrayContaining(NAMES(prefix)));
    expect(receiver.spans.filter(({ droppedLinks }) => droppedLinks > 0)).toEqual([]);
  });

  it('names the process that made a span', async () => {
    // Each exports its spans in its own time.
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
    const { traceId, spanId } = receiver.spans.find(({ name }) => name === 'POST /v1/requests')!;
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

  it('has nothing personal in it', () => {
    const sent = Buffer.concat(receiver.bodies).toString();
    expect(sent).toContain(receipt.requestId);
    for (const word of [...PERSONAL, receipt.queryCode]) expect(sent).not.toContain(word);
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

  if (mode === 'services')
    it('goes with every record on Kafka', async () => {
      const records: RawMessage[] = [];
      const address = { brokers: required('TEST_KAFKA'), clientId: 'test', prefix };
      const consumer = await new KafkaClient(address, () => {}).consumer({
        group: `${prefix}test`,
        topics: TOPICS.map(({ name }) => name),
        sessionTimeout: 10_000,
        concurrency: 1,
        onBatch: async (batch) => void records.push(...batch.records),
        onDeath: () => {},
      });
      const found = () => new Set(records.map(({ topic }) => topic)).size;
      await eventually(() => expect(found()).toBe(TOPICS.length), WAIT_MS);
      await consumer.close();
      for (const { headers } of records)
        expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    });
});
