import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Transaction, type Checkpoint, type UnitOfWork } from '@lianban/messaging';
import { startListening } from '@lianban/service-kit';
import { aSnapshot } from './test-events.js';
import { createTestService } from './test-services.js';
import { ROLES, type PublishOrder, type WorkerRole } from './worker-roles.js';

/** Services of the conformance suite as a process of their own: it kills itself at the step it is given. */
const { ROLE, KILL_AT, KILL_AFTER = '1', URLS } = process.env;
let left = Number(KILL_AFTER);

const onStep = (step: Checkpoint): void => {
  if (step === KILL_AT && --left === 0) process.kill(process.pid, 'SIGKILL');
};

const urls = JSON.parse(URLS!) as string[];
const apps: INestApplication[] = [];
for (const [index, module] of ROLES[ROLE as WorkerRole].entries()) {
  const env = { ...process.env, DATABASE_URL: urls[index] };
  const app = await createTestService({ module, env, onStep, log: (line) => process.stderr.write(line) });
  await startListening(app as NestFastifyApplication);
  apps.push(app);
}

process.on('message', (message: PublishOrder) => {
  const events = message.publish.map(({ requestId, version }) => aSnapshot(version, requestId));
  void apps[0]!
    .get(Transaction)
    .run(async ({ publish }: UnitOfWork) => publish(events))
    .then(() => process.send!('published'));
});
process.on('SIGTERM', () => {
  void Promise.all(apps.map((app) => app.close())).then(() => process.exit(0));
});
process.send!('ready');
