import { TOPICS } from './topics.js';

export interface TopicAcl {
  /** Name without the prefix. */
  topic: string;
  operations: ('Read' | 'Write' | 'Describe')[];
}

/** All that a service may do on Kafka. */
export interface ServiceAcls {
  topics: TopicAcl[];
  /** Its consumer group without the prefix, which it may `Read`. */
  group: string;
}

export function aclsOf(service: string): ServiceAcls {
  const topics = TOPICS.flatMap(({ name, publishers, readers }): TopicAcl[] => [
    ...(publishers.includes(service) ? [{ topic: name, operations: ['Write', 'Describe'] } as TopicAcl] : []),
    ...(readers.includes(service) ? [{ topic: name, operations: ['Read', 'Describe'] } as TopicAcl] : []),
  ]);
  return { topics, group: service };
}
