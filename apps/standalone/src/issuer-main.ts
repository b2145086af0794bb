import { loadCatalogue } from '@lianban/catalogue';
import { loadConfig, Log } from '@lianban/service-kit';
import { IsInt, IsNotEmpty, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';
import { demoAccounts } from './issuer/accounts.js';
import { startIssuer } from './issuer/start-issuer.js';
import { AUDIENCE } from './local-stack.js';
import { runUntilSignal } from './run-until-signal.js';

/** Where the issuer of the demo's accounts listens, and how tokens name it. */
class IssuerConfig {
  @IsString() host: string = '127.0.0.1';
  @IsInt() @Min(0) @Max(65535) port: number = 8081;
  /** What tokens name as their issuer: the address by which services reach it. */
  @IsUrl({ require_tld: false }) issuerUrl!: string;
  /** Where the web pages are, as browsers reach them. */
  @IsOptional() @IsUrl({ require_tld: false }) webUrl?: string;
  /** Keeps the signing key. */
  @IsString() @IsNotEmpty() issuerData: string = '.data/issuer';
  @IsOptional() @IsString() catalogueFolder?: string;
}

const log = Log.to(undefined, process.env.LOG_LEVEL).with({ service: 'issuer' });

/** The local issuer as a program of its own, for a demo of several containers: well-known accounts, never for service. */
await runUntilSignal(log, async (stops) => {
  const { host, port, issuerUrl, webUrl, issuerData, catalogueFolder } = loadConfig(
    IssuerConfig,
    process.env,
  );
  const accounts = demoAccounts(
    loadCatalogue(catalogueFolder)
      .providers()
      .map(({ id }) => id),
  );
  const issuer = await startIssuer({
    host,
    port,
    issuerUrl,
    ...(webUrl && { webUrl }),
    audience: AUDIENCE,
    accounts,
    folder: issuerData,
  });
  stops.push(() => issuer.close());
  log.log('listening', { address: issuer.url });
});
