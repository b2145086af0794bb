import { UTILITIES, type Utility } from './enums.js';

export interface Topic {
  /** Name without the prefix `lianban.` */
  name: string;
  /** Fixed, so that keys never move. */
  partitions: number;
  /** Who publishes it; a service does so from its outbox. */
  publishers: string[];
  /** Who reads it; a service is one consumer group. */
  readers: string[];
  /** Days a record is kept. */
  retentionDays: number;
  /** Personal data it may contain. */
  personal: string;
  /** As the broker keeps it, whatever its writer chose; as it was written unless given. */
  compression?: 'uncompressed';
}

/** Of each topic between services. */
export const PARTITIONS = 12;
/** Of each topic of a provider: so many of its processes may share the work. */
const PROVIDER_PARTITIONS = 3;
/** Days that a record of a provider's topic is kept. */
export const PROVIDER_RETENTION_DAYS = 14;

const adapters = UTILITIES.map((utility) => `adapter-${utility}`);

const BETWEEN_SERVICES: Omit<Topic, 'partitions'>[] = [
  {
    name: 'dossiers',
    publishers: ['intake'],
    readers: ['routing'],
    retentionDays: 14,
    personal: 'the whole dossier',
  },
  {
    name: 'contacts',
    publishers: ['intake'],
    readers: ['notification'],
    retentionDays: 14,
    personal: 'phone, language',
  },
  ...UTILITIES.map((utility) => ({
    name: `jobs.${utility}`,
    publishers: ['routing'],
    readers: [`adapter-${utility}`],
    retentionDays: 14,
    personal: 'what that utility needs for that matter',
  })),
  {
    name: 'progress',
    publishers: adapters,
    readers: ['routing'],
    retentionDays: 30,
    personal: 'none',
  },
  {
    name: 'status',
    publishers: ['routing'],
    readers: ['tracking', 'notification', 'intake'],
    retentionDays: 30,
    personal: 'masked name',
  },
];

export const TOPICS: readonly Topic[] = BETWEEN_SERVICES.map((topic) => ({
  ...topic,
  partitions: PARTITIONS,
}));

/** A provider of the dialect `kafka`. */
export interface KafkaProvider {
  id: string;
  utility: Utility;
}

/** The name of a provider in Kafka: of its user, and of its consumer group without the prefix. */
export const kafkaNameOf = (id: string): string => `provider.${id}`;

/** Where a provider of the dialect `kafka` reads what it is told, and writes what became of it. */
export const jobsTopicOf = (id: string): string => `${kafkaNameOf(id)}.jobs`;
export const reportsTopicOf = (id: string): string => `${kafkaNameOf(id)}.reports`;

/** The topics of a provider, which no other one reads or writes. */
export function topicsOfProvider({ id, utility }: KafkaProvider): Topic[] {
  const [provider, adapter] = [kafkaNameOf(id), `adapter-${utility}`];
  return [
    {
      name: jobsTopicOf(id),
      partitions: PROVIDER_PARTITIONS,
      publishers: [adapter],
      readers: [provider],
      retentionDays: PROVIDER_RETENTION_DAYS,
      personal: 'what that utility needs for that matter',
    },
    {
      name: reportsTopicOf(id),
      partitions: PROVIDER_PARTITIONS,
      publishers: [provider],
      readers: [adapter],
      retentionDays: PROVIDER_RETENTION_DAYS,
      personal: 'what a provider writes in its own words',
      // Its writer may use any client; ours reads no Snappy, LZ4 or Zstandard.
      compression: 'uncompressed',
    },
  ];
}

/** Every service that publishes or reads. */
export const SERVICES: readonly string[] = [
  ...new Set(TOPICS.flatMap(({ publishers, readers }) => [...publishers, ...readers])),
];

export const findTopic = (name: string): Topic | undefined => TOPICS.find((topic) => topic.name === name);
