import { kafkaNameOf, TOPICS, topicsOfProvider, type KafkaProvider, type Topic } from './topics.js';

export interface TopicAcl {
  /** Name without the prefix. */
  topic: string;
  operations: ('Read' | 'Write' | 'Describe')[];
}

/** All that a user may do on Kafka. */
export interface UserAcls {
  topics: TopicAcl[];
  /** Its consumer groups without the prefix, which it may `Read`. */
  groups: string[];
}

/** The group in which an adapter reads the reports of one provider: apart from all others, whatever that one writes. */
export const reportsGroupOf = ({ id, utility }: KafkaProvider): string => `adapter-${utility}.${id}`;

/** Of a service; `providers` are those of the dialect `kafka`. */
export function aclsOf(service: string, providers: readonly KafkaProvider[] = []): UserAcls {
  const topics = [...TOPICS, ...providers.flatMap(topicsOfProvider)];
  const own = providers.filter(({ utility }) => `adapter-${utility}` === service);
  return { topics: aclsOn(topics, service), groups: [service, ...own.map(reportsGroupOf)] };
}

/** Of a provider of the dialect `kafka`. */
export function aclsOfProvider(provider: KafkaProvider): UserAcls {
  const name = kafkaNameOf(provider.id);
  return { topics: aclsOn(topicsOfProvider(provider), name), groups: [name] };
}

const aclsOn = (topics: readonly Topic[], user: string): TopicAcl[] =>
  topics.flatMap(({ name, publishers, readers }): TopicAcl[] => [
    ...(publishers.includes(user) ? [{ topic: name, operations: ['Write', 'Describe'] } as TopicAcl] : []),
    ...(readers.includes(user) ? [{ topic: name, operations: ['Read', 'Describe'] } as TopicAcl] : []),
  ]);
