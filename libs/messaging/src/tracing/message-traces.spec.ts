import { Module } from '@nestjs/common';
import { createService, Log, ServiceModule, Tracing } from '@lianban/service-kit';
import { aSnapshot, eventually, TraceReceiver } from '@lianban/testing';
import { decode, encode, headersOf, type DecodedMessage, type OutgoingMessage } from '../message.js';
import { MessagingConfig } from '../messaging.config.js';
import { MessageTraces } from './message-traces.js';
import { RequestTraces } from './request-traces.js';

const SIZE = 250;
const SAMPLED = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

@Module({ imports: [ServiceModule.for({ name: 'routing' })] })
class Service {}

const received = (message: OutgoingMessage): DecodedMessage =>
  decode({ ...message, headers: headersOf(message), sourcePosition: message.id })!;

describe('the spans of messages', () => {
  let receiver: TraceReceiver;
  const lines: string[] = [];
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => (receiver = await TraceReceiver.start()));
  beforeEach(() => receiver.spans.splice(0));
  afterAll(() => receiver.stop());

  async function tracesOf(env: Record<string, string>) {
    const identity = { OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_AUDIENCE: 'lianban' };
    const logger = Log.to({ write: (line) => lines.push(line) });
    const app = await createService(Service, { env: { ...identity, ...env }, logger });
    stops.push(() => app.close());
    const requests = new RequestTraces(app.get(Tracing));
    const traces = new MessageTraces(app.get(Tracing), requests, new MessagingConfig(), 'routing');
    return { traces, requests, end: () => stops.pop()!() };
  }
  const events = () => Array.from({ length: SIZE }, () => encode(aSnapshot(), 'routing', new Date()));

  it('link a batch of 250 to where each was made, and drop no link', async () => {
    const { traces, requests, end } = await tracesOf(receiver.env);
    const messages = events();
    messages.forEach(({ key }) => requests.remember(key, SAMPLED));
    traces.create(messages)();
    traces.send(messages)();
    await traces.process(messages.map(received), async () => {});
    await end();
    const created = receiver.spans.filter(({ name }) => name === 'create lianban.status');
    expect(created).toHaveLength(SIZE);
    expect(new Set(created.map(({ attributes }) => attributes['lianban.request.id'])).size).toBe(SIZE);
    expect(created.every(({ parentSpanId }) => parentSpanId === SAMPLED.spanId)).toBe(true);
    for (const [name, kind] of [
      ['send lianban.status', 'CLIENT'],
      ['process lianban.status', 'CONSUMER'],
    ]) {
      const [span] = receiver.spans.filter((each) => each.name === name);
      expect(span).toMatchObject({
        kind,
        droppedLinks: 0,
        attributes: { 'messaging.batch.message_count': SIZE },
      });
      expect(new Set(span!.links.map(({ spanId }) => spanId))).toEqual(
        new Set(created.map(({ spanId }) => spanId)),
      );
    }
  });

  it('are only of requests that are traced, whatever else is in their batch', async () => {
    const { traces, requests, end } = await tracesOf({
      ...receiver.env,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    const messages = events();
    requests.remember(messages[7]!.key, SAMPLED);
    traces.create(messages)();
    expect(messages.filter(({ traceparent }) => traceparent)).toEqual([messages[7]]);
    await traces.process(messages.map(received), async () => {
      const following = messages.slice(6, 9).map((message) => ({ ...message, traceparent: undefined }));
      traces.create(following)();
      expect(following.map(({ traceparent }) => traceparent !== undefined)).toEqual([false, true, false]);
    });
    await end();
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual([
      'create lianban.status',
      'create lianban.status',
      'process lianban.status',
    ]);
    const [made, , handled] = receiver.spans.toSorted((a, b) => a.name.localeCompare(b.name));
    expect(handled!.links).toHaveLength(1);
    expect(made!.attributes['lianban.request.id']).toBe(messages[7]!.key);
  });

  it('are none where nobody wants traces, and nothing is added to a message', async () => {
    const { traces, requests, end } = await tracesOf({});
    const messages = events();
    const before = structuredClone(messages);
    messages.forEach(({ key }) => requests.remember(key, SAMPLED));
    traces.create(messages)();
    await traces.process(messages.map(received), async () => {});
    expect(messages).toEqual(before);
    expect(headersOf(messages[0]!)).not.toHaveProperty('traceparent');
    await end();
    expect(receiver.spans).toEqual([]);
  });

  it('hold up no end of a process where no collector answers, which the log says', async () => {
    const env = { ...receiver.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const { traces, requests, end } = await tracesOf(env);
    const [message] = events();
    requests.remember(message!.key, SAMPLED);
    traces.create([message!])();
    await end();
    await eventually(() => expect(lines.join()).toContain('spans cannot be sent to the collector now'));
  });

  it('say that handling failed', async () => {
    const { traces, requests, end } = await tracesOf(receiver.env);
    const [message] = events();
    requests.remember(message!.key, SAMPLED);
    traces.create([message!])();
    const failing = traces.process([received(message!)], () => Promise.reject(new RangeError('no')));
    await expect(failing).rejects.toThrow('no');
    await end();
    const handled = receiver.spans.find(({ name }) => name.startsWith('process'));
    expect(handled).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'RangeError', 'lianban.request.id': message!.key },
    });
  });
});
