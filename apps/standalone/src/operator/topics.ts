import { loadCatalogue } from '@lianban/catalogue';
import { TOPICS, topicsOfProvider } from '@lianban/contracts';
import { checkSecurity, KafkaClient, MessagingConfig } from '@lianban/messaging';
import { loadConfig, untilThere } from '@lianban/service-kit';
import { TopicsConfig } from './operator.config.js';
import { runProgram } from './run-program.js';

/** Creates the topics that are missing, those of providers too, and says what is different in those that are there. */
await runProgram(process.env, async (env, log) => {
  const warn = (message: string): void => log.warn(message);
  const config = loadConfig(MessagingConfig, { ...env, TRANSPORT: 'kafka' });
  checkSecurity(config);
  const { topicReplication, catalogueFolder } = loadConfig(TopicsConfig, env);
  const providers = loadCatalogue(catalogueFolder).providers();
  const onKafka = providers.filter(({ dialect }) => dialect === 'kafka');
  const topics = [...TOPICS, ...onKafka.flatMap(topicsOfProvider)];
  const { kafkaBrokers: brokers = '', topicPrefix: prefix } = config;
  const address = { brokers, clientId: 'topics', prefix, security: config };
  const client = new KafkaClient(address, (message) => log.debug(message));
  const created = await untilThere(warn, `Kafka at ${brokers}`, () =>
    client.createTopics(topicReplication, topics),
  );
  log.log('topics created', { topics: created });
  const differences = await client.topicDifferences(topics);
  for (const difference of differences) log.warn(difference);
  if (differences.length > 0) process.exitCode = 1;
});
