import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aRegistration, eventually, type Receipt, type RunningStack } from '@lianban/testing';
import { Script } from './python.js';
import type { Recorder } from './recorder.js';
import type { Rule } from './rule.js';

const STANDARD = fileURLToPath(
  new URL('./tmf641/TMF641-ServiceOrdering-v4.1.0.swagger.json', import.meta.url),
);
const CARRIER = 'jinan-unicom';

/** Lets an adapter order, amend and cancel at a carrier, and holds what was said against the standard's own document. */
export async function tryCarrier(stack: RunningStack, recorder: Recorder, folder: string): Promise<Rule[]> {
  await stack.simulator('PUT', `/providers/${CARRIER}`, { outcome: 'accept' });
  const receipt = await stack.register(aRegistration('telecom'));
  const path = `/v1/requests/${receipt.receiptNumber}`;
  await untilTelecom(stack, receipt, 'accepted');
  const { version } = await stack.as<{ version: number }>('clerk-lixia', 'GET', path);
  const parts = { telecom: { fields: { bandwidth: 500 } } };
  await stack.as('clerk-lixia', 'PATCH', path, { version, parts });
  await eventually(() => {
    if (!recorder.exchanges.some(({ method }) => method === 'PATCH')) throw new Error('no PATCH was sent');
  });
  await stack.as('clerk-lixia', 'POST', `${path}/withdrawal`, { reason: 'withdrawn-by-applicant' });
  await untilTelecom(stack, receipt, 'cancelled');
  await stack.simulator('PUT', `/providers/${CARRIER}`, { outcome: null });
  await untilTelecom(stack, await stack.register(aRegistration('telecom')), 'completed');

  const file = join(folder, 'tmf641.json');
  writeFileSync(file, JSON.stringify(recorder.exchanges.filter(({ path: at }) => at.includes('/tmf-api/'))));
  const script = new Script<Rule>('tmf641_messages.py', [STANDARD, file]);
  const code = await script.ended();
  const ended = {
    rule: 'every kind of message was there',
    held: code === 0,
    detail: `it ended with ${code}`,
  };
  return [...script.lines, ended];
}

const untilTelecom = (stack: RunningStack, receipt: Receipt, state: string): Promise<void> =>
  eventually(async () => {
    const [part] = (await stack.track(receipt)).parts;
    if (part!.state !== state) throw new Error(`it is ${part!.state}`);
  });
