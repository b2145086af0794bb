import { ReportForm } from '@lianban/adapter-kit';
import {
  JobDesired,
  jobsTopicOf,
  kafkaNameOf,
  OPERATION_KINDS,
  reportsTopicOf,
  topicsOfProvider,
  type Topic,
} from '@lianban/contracts';
import { formSchemas } from './forms.js';
import { refTo, type Schema } from './schema.js';

const PROVIDER = '{provider}';
const topics = topicsOfProvider({ id: PROVIDER, utility: 'gas' });
const topicOfPair = (name: string): Topic => topics.find((each) => each.name === name)!;

/** What a provider is told of a job, and which of its members are those of the desired state. */
function operationSchema({ properties = {} }: Schema): Schema {
  const { requestId, utility, provider, attempt, version, promisedDate, dossier } = properties;
  return {
    type: 'object',
    properties: {
      operation: { type: 'string', format: 'uuid', description: 'The same as `ce_id`.' },
      kind: { enum: OPERATION_KINDS },
      placement: { type: 'string', description: '`<request>:<utility>:<attempt>`: named by every report.' },
      ...{ requestId, utility, provider, attempt, version, promisedDate, dossier },
      reason: { type: 'string', description: 'Why the job is not wanted any more; of a withdrawal.' },
    } as Record<string, Schema>,
    required: [
      'operation',
      'kind',
      'placement',
      'requestId',
      'utility',
      'provider',
      'attempt',
      'version',
    ].concat('promisedDate', 'dossier'),
    additionalProperties: true,
  };
}

/** How a report stands in a record. */
const REPORT_HEADERS: Schema = {
  type: 'object',
  required: ['ce_id'],
  properties: {
    ce_id: { type: 'string', description: 'New for each report, the same for one that is written again.' },
    ce_specversion: { const: '1.0' },
    ce_type: { const: 'cn.lianban.report.v1' },
    ce_source: { type: 'string' },
    ce_time: { type: 'string', format: 'date-time' },
    'content-type': { const: 'application/json' },
  },
};

const channelOf = (name: string, message: string) => {
  const { partitions, retentionDays, personal } = topicOfPair(name);
  return {
    address: `lianban.${name}`,
    description: `Kept ${retentionDays} days. Personal data: ${personal}.`,
    parameters: { provider: { description: 'Id of a provider that speaks `kafka`.' } },
    messages: { [message]: { $ref: `#/components/messages/${message}` } },
    bindings: { kafka: { partitions } },
  };
};

const operationOf = (who: string, action: 'send' | 'receive', channel: string): object => ({
  [`${who}.${action}.${channel}`]: {
    action,
    channel: { $ref: `#/channels/${channel}` },
    summary: `${who} ${action === 'send' ? 'writes' : 'reads'}`,
  },
});

const [jobs, reports] = [jobsTopicOf(PROVIDER), reportsTopicOf(PROVIDER)];
const [provider, adapter] = [kafkaNameOf(PROVIDER), 'adapter-{utility}'];
const key = { type: 'string', description: 'The request.' };

/** The pair of topics of a provider that speaks `kafka` (docs/dialects/kafka.md), as parts of the document of events. */
export const providerTopics = {
  channels: { [jobs]: channelOf(jobs, 'Operation'), [reports]: channelOf(reports, 'Report') },
  operations: {
    ...operationOf(adapter, 'send', jobs),
    ...operationOf(provider, 'receive', jobs),
    ...operationOf(provider, 'send', reports),
    ...operationOf(adapter, 'receive', reports),
  },
  messages: {
    Operation: {
      title: '`cn.lianban.operation.place.v1`, `….correct.v1` or `….withdraw.v1`',
      headers: refTo('Headers'),
      payload: refTo('Operation'),
      bindings: { kafka: { key } },
    },
    Report: {
      name: 'cn.lianban.report.v1',
      headers: refTo('ReportHeaders'),
      payload: refTo('ReportForm'),
      bindings: { kafka: { key } },
    },
  },
  schemas: {
    Operation: operationSchema(formSchemas(JobDesired, true).JobDesired!),
    ReportHeaders: REPORT_HEADERS,
    ...formSchemas(ReportForm, true),
  },
};
