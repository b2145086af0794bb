// npm run leave-kafka: after `npm run start:services`, lets `npm start` have the same data again, once everything is read.
// ADMIN_DATABASE_URL and KAFKA_BROKERS name engines that run; without them those of LIANBAN_DATA are started for the purpose.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const { asAdmin, endOrphanKafka, startKafka, startPostgres } = await import('../libs/engines/dist/index.js');
const { KafkaClient, leaveKafka } = await import('../libs/messaging/dist/index.js');
const { ADMIN_DATABASE_URL, KAFKA_BROKERS, LIANBAN_DATA, TOPIC_PREFIX, GROUP_PREFIX } = process.env;
const data = resolve(LIANBAN_DATA ?? '.data');
const stops = [];
try {
  const url = ADMIN_DATABASE_URL ?? (await openPostgres());
  const brokers = KAFKA_BROKERS ?? (await openKafka());
  const client = new KafkaClient(
    { brokers, clientId: 'leave-kafka', prefix: TOPIC_PREFIX ?? 'lianban.' },
    () => {},
  );
  const offsets = await client.offsets();
  stops.unshift(() => offsets.close());
  const reason = await asAdmin(url, (admin) => leaveKafka(admin, offsets, GROUP_PREFIX));
  console.log(reason ? `Not yet: ${reason}.` : 'Done: the next start may use another transport.');
  process.exitCode = reason ? 1 : 0;
} finally {
  for (const stop of stops) await stop();
}

async function openPostgres() {
  const { postgres: password } = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8'));
  const port = Number(process.env.POSTGRES_PORT ?? 54320);
  const postgres = await startPostgres({ folder: join(data, 'postgres'), port, password });
  stops.push(() => postgres.stop());
  return postgres.urlOf('postgres', password, 'lianban');
}

async function openKafka() {
  const folder = join(data, 'kafka');
  await endOrphanKafka(folder);
  const kafka = await startKafka({
    lib: join(root, '.kafka/lib'),
    folder,
    port: Number(process.env.KAFKA_PORT ?? 9092),
    controllerPort: Number(process.env.KAFKA_CONTROLLER_PORT ?? 9093),
  });
  stops.push(() => kafka.stop());
  return kafka.brokers;
}
