import { UTILITIES } from './enums.js';

export interface Topic {
  /** Name without the prefix `lianban.` */
  name: string;
  /** Services that publish it; each writes its own outbox. */
  publishers: string[];
  /** Services that read it; each is one consumer group. */
  readers: string[];
  /** Days a record is kept. */
  retentionDays: number;
  /** Personal data it may contain. */
  personal: string;
}

/** Fixed for every topic, so that keys never move. */
export const PARTITIONS = 12;

const adapters = UTILITIES.map((utility) => `adapter-${utility}`);

export const TOPICS: readonly Topic[] = [
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

/** Every service that publishes or reads. */
export const SERVICES: readonly string[] = [
  ...new Set(TOPICS.flatMap(({ publishers, readers }) => [...publishers, ...readers])),
];

export const findTopic = (name: string): Topic | undefined => TOPICS.find((topic) => topic.name === name);
