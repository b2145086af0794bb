import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { TOPICS } from '@lianban/contracts';
import { KafkaClient, type Closable, type Offsets } from '../kafka/kafka-client.js';
import type { MessagingConfig } from '../messaging.config.js';
import { EndsSeen } from './ends-seen.js';
import { Readings, type Reading } from './readings.js';

const GROUPS = [...new Set(TOPICS.flatMap(({ readers }) => readers))].map((reader) => ({
  reader,
  topics: TOPICS.filter(({ readers }) => readers.includes(reader)).map(({ name }) => name),
}));

/** What the groups have committed, held against where the topics ended at this look and at those before. */
export class KafkaReadings extends Readings implements BeforeApplicationShutdown {
  private readonly logger = new Logger('KafkaReadings');
  private readonly ends = new Map<string, EndsSeen>();
  private offsets?: Promise<Closable & Offsets>;

  constructor(
    private readonly config: MessagingConfig,
    private readonly service: string,
  ) {
    super();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.offsets?.then((offsets) => offsets.close()).catch(() => {});
  }

  async look(): Promise<Reading[]> {
    const offsets = await this.connected();
    const [committed] = await Promise.all([
      Promise.all(
        GROUPS.map(async ({ reader, topics }) => ({
          reader,
          places: await timed(offsets.committed(this.config.groupPrefix + reader, topics)),
        })),
      ),
      Promise.all(TOPICS.map(async ({ name }) => this.noteEnds(name, await timed(offsets.ends(name))))),
    ]);
    return committed.flatMap(({ reader, places }) =>
      places.answer.map(({ topic, partition, offset }) => ({
        reader,
        topic,
        shard: partition,
        place: String(offset),
        behind: this.ends.get(`${topic}/${partition}`)?.ageOf(offset, places.at) ?? 0,
      })),
    );
  }

  private noteEnds(topic: string, { answer, at }: Timed<{ partition: number; offset: number }[]>): void {
    for (const { partition, offset } of answer) {
      const name = `${topic}/${partition}`;
      const seen = this.ends.get(name) ?? new EndsSeen();
      this.ends.set(name, seen);
      seen.note(offset, at);
    }
  }

  private connected(): Promise<Closable & Offsets> {
    const { kafkaBrokers, topicPrefix: prefix } = this.config;
    const address = { brokers: kafkaBrokers!, clientId: this.service, prefix };
    this.offsets ??= new KafkaClient(address, (level, text) => this.logger[level](text)).offsets();
    this.offsets.catch(() => (this.offsets = undefined));
    return this.offsets;
  }
}

interface Timed<T> {
  answer: T;
  /** Halfway between question and answer, seconds: on a busy machine they lie far apart. */
  at: number;
}

async function timed<T>(asked: Promise<T>): Promise<Timed<T>> {
  const from = performance.now();
  const answer = await asked;
  return { answer, at: (from + performance.now()) / 2_000 };
}
