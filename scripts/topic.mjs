// npm run topic -- status [--brokers host:port]: Kafka's own console consumer on one of our topics, from the beginning, with
// keys and headers; on the Kafka that KAFKA_BROKERS or KAFKA_PORT names. Needs Java 17 and Maven, which fetches the consumer once.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const [topic, ...more] = process.argv.slice(2);
if (!topic) {
  console.error('Which topic? npm run topic -- status');
  process.exit(1);
}
const { KAFKA_BROKERS, KAFKA_PORT = '9092' } = process.env;
const brokers = more[more.indexOf('--brokers') + 1] ?? KAFKA_BROKERS ?? `127.0.0.1:${KAFKA_PORT}`;
const prefix = process.env.TOPIC_PREFIX ?? 'lianban.';
const tools = path('.kafka/tools');
const run = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;

if (!existsSync(tools)) {
  const fetched = run('mvn', [
    '-q',
    '-B',
    '-f',
    path('libs/engines/kafka/tools/pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${tools}`,
  ]);
  if (fetched !== 0) process.exit(fetched);
}
const consumer = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
const show = ['print.headers=true', 'print.key=true'].flatMap((each) => ['--formatter-property', each]);
process.exit(
  run('java', [
    '-cp',
    `${tools}/*`,
    consumer,
    '--bootstrap-server',
    brokers,
    '--topic',
    prefix + topic,
    '--from-beginning',
    '--timeout-ms',
    '5000',
    ...show,
  ]),
);
