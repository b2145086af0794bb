import { ConfigInvalid, Log } from '@lianban/service-kit';
import { SetUp, STEPS, type Step } from './set-up/set-up.js';

// set-up.js [prepare] [migrate] [topics]: once a release, before the services. Without a step named: all, in this order.
const log = Log.to(undefined, process.env.LOG_LEVEL).with({ service: 'set-up' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(143));

try {
  const named = process.argv.slice(2);
  const unknown = named.filter((step) => !(STEPS as readonly string[]).includes(step));
  if (unknown.length > 0)
    throw new ConfigInvalid([`there is no step ${unknown.join(', ')}; there is ${STEPS.join(', ')}`]);
  const setUp = new SetUp(process.env, log);
  for (const step of named.length > 0 ? (named as Step[]) : STEPS) await setUp.steps[step]();
  process.exit(0);
} catch (error) {
  if (error instanceof ConfigInvalid) log.fatal(error.message);
  else log.fatal('the set-up cannot go on', error);
  process.exit(1);
}
