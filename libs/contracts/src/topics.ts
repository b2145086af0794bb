import { UTILITIES } from './words.js';

export interface Topic {
  /** Name without the prefix `lianban.` */
  name: string;
  /** Services that publish it; each writes its own outbox. */
  publishers: string[];
  /** Days a record is kept, and the memory of everything around it (design 4, rule 7). */
  days: number;
  /** What of a person it may carry. */
  personal: string;
}

/** Every topic has this many partitions, and the outbox as many shards: fixed, so that keys never move. */
export const PARTITIONS = 12;
export const PREFIX = 'lianban.';

const adapters = UTILITIES.map((utility) => `adapter-${utility}`);

export const TOPICS: readonly Topic[] = [
  { name: 'dossiers', publishers: ['intake'], days: 14, personal: 'the whole dossier' },
  { name: 'contacts', publishers: ['intake'], days: 14, personal: 'phone, language' },
  { name: 'requests', publishers: ['intake'], days: 30, personal: 'masked name' },
  ...UTILITIES.map((utility) => ({
    name: `jobs.${utility}`,
    publishers: ['routing'],
    days: 14,
    personal: 'what that utility needs for that matter',
  })),
  { name: 'progress', publishers: adapters, days: 30, personal: 'none' },
  { name: 'decisions', publishers: ['routing'], days: 30, personal: 'none' },
];

export const topicNamed = (name: string): Topic | undefined => TOPICS.find((topic) => topic.name === name);
