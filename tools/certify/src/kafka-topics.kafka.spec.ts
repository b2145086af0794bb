import { randomUUID } from 'node:crypto';
import { loadCatalogue, type Provider } from '@lianban/catalogue';
import { jobsTopicOf, reportsTopicOf } from '@lianban/contracts';
import type { Member } from '@lianban/messaging';
import { aKafka, writeRecords, type TestKafka } from '@lianban/testing';
import { BackOffice, FAULTS, type Told } from './back-office.mother.js';
import { certify, type Verdict } from './certify.js';
import { KafkaTopics } from './kafka-topics.js';
import { RULES } from './rules.js';

const ID = 'yantai-gas';
const NOT_FOR_KAFKA = ['finds-a-job', 'lists-its-jobs', 'checks-who-calls'];
const catalogue = loadCatalogue();
const provider: Provider = {
  ...catalogue.provider(ID)!,
  ...{ dialect: 'kafka', retrySafety: 'idempotency-key' },
};

describe('a provider with topics of its own, tried by the rules', () => {
  let kafka: TestKafka;
  let reader: Member;
  let office = new BackOffice();
  beforeAll(async () => {
    kafka = await aKafka(undefined, [{ id: ID, utility: 'gas' }]);
    reader = await kafka.client.consumer({
      ...{ group: `${kafka.prefix}office`, topics: [jobsTopicOf(ID)], sessionTimeout: 6_000, concurrency: 1 },
      onDeath: () => {},
      onBatch: async ({ records, done }) => {
        for (const record of records) {
          await answer(JSON.parse(String(record.body)) as Told);
          done(record);
        }
      },
    });
  });
  afterAll(() => reader.close());

  async function answer(told: Told): Promise<void> {
    const records = office.take(told).map((report) => ({
      value: JSON.stringify(report),
      headers: { ce_id: randomUUID(), 'content-type': 'application/json' },
    }));
    if (records.length > 0) await writeRecords(kafka.brokers, kafka.prefix + reportsTopicOf(ID), records);
  }

  function trying(patienceMs: number, rule?: string): Promise<Verdict[]> {
    const { brokers, prefix } = kafka;
    const topics = new KafkaTopics({ brokers, topicPrefix: prefix, groupPrefix: prefix });
    return certify(
      {
        ...{ provider, catalogue, topics, create: topics.create, secret: '', endpoint: `kafka://${brokers}` },
        ...{ timeoutMs: 5_000, patienceMs },
      },
      RULES.filter(({ id }) => rule === undefined || id === rule),
    );
  }

  it('keeps all that its dialect knows', async () => {
    const verdicts = await trying(2_000);
    expect(
      verdicts.filter(({ result }) => result === 'broken').map(({ rule, why }) => `${rule.id} ${why!}`),
    ).toEqual([]);
    const skipped = verdicts
      .filter(({ result }) => result === 'not-for-this-dialect')
      .map(({ rule }) => rule.id);
    expect(skipped).toEqual(NOT_FOR_KAFKA);
  });

  it.each(FAULTS)('%s: broken by one that %s', async (rule, fault, why) => {
    office = Object.assign(new BackOffice(), { fault });
    const [verdict] = await trying(3_000, rule);
    expect(verdict).toMatchObject({ result: 'broken', why: expect.stringMatching(why) });
  });
});
