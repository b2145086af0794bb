import { UTILITIES } from './enums.js';

export interface Topic {
  /** Name without the prefix `lianban.` */
  name: string;
  /** Services that publish it; each writes its own outbox. */
  publishers: string[];
  /** Services that read it; each is one consumer group. */
  readers: string[];
  /** Days a record is kept, and the memory of everything around it (design 4, rule 7). */
  days: number;
  /** What of a person it may carry. */
  personal: string;
}

/** Every topic has this many partitions, fixed, so that keys never move. */
export const PARTITIONS = 12;

const adapters = UTILITIES.map((utility) => `adapter-${utility}`);

export const TOPICS: readonly Topic[] = [
  { name: 'dossiers', publishers: ['intake'], readers: ['routing'], days: 14, personal: 'the whole dossier' },
  {
    name: 'contacts',
    publishers: ['intake'],
    readers: ['notification'],
    days: 14,
    personal: 'phone, language',
  },
  ...UTILITIES.map((utility) => ({
    name: `jobs.${utility}`,
    publishers: ['routing'],
    readers: [`adapter-${utility}`],
    days: 14,
    personal: 'what that utility needs for that matter',
  })),
  {
    name: 'progress',
    publishers: adapters,
    readers: ['routing'],
    days: 30,
    personal: 'none',
  },
  {
    name: 'status',
    publishers: ['routing'],
    readers: ['tracking', 'notification', 'intake'],
    days: 30,
    personal: 'masked name',
  },
];

/** The terms that topics have, days: what is kept is laid apart by them. */
export const TERMS: readonly number[] = [...new Set(TOPICS.map(({ days }) => days))];

/** Every service that publishes or reads. */
export const SERVICES: readonly string[] = [
  ...new Set(TOPICS.flatMap(({ publishers, readers }) => [...publishers, ...readers])),
];

export const topicNamed = (name: string): Topic | undefined => TOPICS.find((topic) => topic.name === name);
