import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventClasses, eventMetadata, TOPICS, type EventClass, type Topic } from '@lianban/contracts';
import { formSchemas } from './forms.js';
import { providerTopics } from './provider-topics.js';
import { refTo, type Schema } from './schema.js';

const PREFIX = 'lianban.';
const GOLDEN = fileURLToPath(new URL('../../../libs/contracts/src/golden/', import.meta.url));

export const exampleOf = (type: string): object =>
  JSON.parse(readFileSync(`${GOLDEN}${type}.json`, 'utf8')) as object;

/** How an event stands in a record: CloudEvents in Kafka's binary mode, the request's id as key. */
const HEADERS: Schema = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_subject'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', format: 'uuid', description: 'Of the event; the same when it comes again.' },
    ce_source: { type: 'string', description: '`/lianban/<service>`' },
    ce_type: { type: 'string' },
    ce_time: { type: 'string', format: 'date-time' },
    ce_subject: { type: 'string', format: 'uuid', description: 'The request.' },
    'content-type': { const: 'application/json' },
    traceparent: { type: 'string', description: 'Where the request is traced.' },
  },
};

/** The AsyncAPI document of all topics: from the classes that validate, with the messages kept beside them as examples. */
export function eventsDocument(): object {
  const types = eventClasses().map((Type) => ({ Type, ...eventMetadata(Type) }));
  const isOn = ({ name }: Topic, topic: string | ((event: never) => string)): boolean =>
    typeof topic === 'string' ? topic === name : topic({ utility: name.split('.')[1] } as never) === name;
  const messagesOn = (topic: Topic): EventClass[] =>
    types.filter((each) => isOn(topic, each.topic)).map(({ Type }) => Type);
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Lianban events',
      version: '1',
      description:
        'What the services tell each other. Every event is a whole snapshot with a version: the highest wins, whatever comes twice or late. A provider that speaks `kafka` has a pair of topics of its own (docs/dialects/kafka.md) and reads none of the others.',
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(TOPICS.map((topic) => [topic.name, channelOf(topic, messagesOn(topic))])),
      ...providerTopics.channels,
    },
    operations: Object.assign({}, ...TOPICS.map(operationsOn), providerTopics.operations) as object,
    components: {
      messages: {
        ...Object.fromEntries(types.map(({ Type, type }) => [Type.name, messageOf(Type, type)])),
        ...providerTopics.messages,
      },
      schemas: Object.assign(
        { Headers: HEADERS },
        ...types.map(({ Type }) => formSchemas(Type, true)),
        providerTopics.schemas,
      ) as object,
    },
  };
}

const channelOf = (topic: Topic, events: readonly EventClass[]): object => ({
  address: `${PREFIX}${topic.name}`,
  description: `Kept ${topic.retentionDays} days. Personal data: ${topic.personal}.`,
  messages: Object.fromEntries(events.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])),
  bindings: { kafka: { partitions: topic.partitions } },
});

function operationsOn({ name, publishers, readers }: Topic): object {
  const operation = (service: string, action: 'send' | 'receive'): [string, object] => [
    `${service}.${action}.${name}`,
    {
      action,
      channel: { $ref: `#/channels/${name}` },
      summary: `${service} ${action === 'send' ? 'publishes' : 'reads'}`,
    },
  ];
  return Object.fromEntries([
    ...publishers.map((service) => operation(service, 'send')),
    ...readers.map((service) => operation(service, 'receive')),
  ]);
}

const messageOf = (Type: EventClass, type: string): object => ({
  name: type,
  headers: refTo('Headers'),
  payload: refTo(Type.name),
  bindings: { kafka: { key: { type: 'string', format: 'uuid', description: 'The request.' } } },
  examples: [{ payload: exampleOf(type) }],
});
