import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Transaction, type Checkpoint } from '@lianban/messaging';
import { startListening } from '@lianban/service-kit';
import { aRequest } from './delivery-world.js';
import { Intake, Keeper, make } from './keeper.js';

/** What the parent may ask of a worker that publishes. */
export interface PublishOrder {
  publish: { requestId: string; version: number }[];
}

/** A service of the conformance suite as a process of its own: it ends itself, unannounced, at the step it is told. */
const { ROLE, KILL_AT, KILL_AFTER = '1' } = process.env;
let left = Number(KILL_AFTER);

const onStep = (step: Checkpoint): void => {
  if (step === KILL_AT && --left === 0) process.kill(process.pid, 'SIGKILL');
};

const module = ROLE === 'intake' ? Intake : Keeper;
const app = await make({ module, env: process.env, onStep, log: (line) => process.stderr.write(line) });
await startListening(app as NestFastifyApplication);
process.on('message', (order: PublishOrder) => {
  const events = order.publish.map(({ requestId, version }) => aRequest(version, requestId));
  void app
    .get(Transaction)
    .run(async ({ publish }) => publish(events))
    .then(() => process.send!('published'));
});
process.send!('ready');
