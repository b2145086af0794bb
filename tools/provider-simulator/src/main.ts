import { ConfigInvalid, Log, loadConfig } from '@lianban/service-kit';
import { SimulatorConfig } from './simulator.config.js';
import { startSimulator } from './start-simulator.js';

const log = Log.to(undefined, process.env.LOG_LEVEL).with({ service: 'provider-simulator' });

try {
  const simulator = await startSimulator(loadConfig(SimulatorConfig, process.env));
  log.log('listening', { address: simulator.url, sftp: simulator.sftpUrl });
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void simulator.stop().then(() => process.exit(0)));
} catch (error) {
  if (error instanceof ConfigInvalid) log.fatal(error.message);
  else log.fatal('the simulator cannot start', error);
  process.exit(1);
}
