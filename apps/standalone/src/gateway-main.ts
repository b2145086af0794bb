import { loadCatalogue } from '@lianban/catalogue';
import { loadConfig, Log } from '@lianban/service-kit';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { startProxy } from './proxy.js';
import { runUntilSignal } from './run-until-signal.js';
import { serviceForPath } from './service-for-path.js';

/** Where the demo's one address is, and where the services are: each at its own name, all on one port. */
class GatewayConfig {
  @IsString() host: string = '127.0.0.1';
  @IsInt() @Min(0) @Max(65535) port: number = 8080;
  @IsInt() @Min(1) @Max(65535) servicesPort: number = 3000;
  @IsOptional() @IsString() catalogueFolder?: string;
}

const log = Log.to(undefined, process.env.LOG_LEVEL).with({ service: 'gateway' });

/** One address for all services where no ingress is: a demo of containers. */
await runUntilSignal(log, async (stops) => {
  const { host, port, servicesPort, catalogueFolder } = loadConfig(GatewayConfig, process.env);
  const providers = new Map(
    loadCatalogue(catalogueFolder)
      .providers()
      .map((provider) => [provider.id, provider]),
  );
  const server = await startProxy({ host, port }, (path) => {
    const service = path.startsWith('/v1/') ? serviceForPath(path, providers) : 'web';
    return service === undefined ? undefined : { host: service, port: servicesPort };
  });
  stops.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  log.log('listening', { port });
});
