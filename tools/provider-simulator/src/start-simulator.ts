import { loadCatalogue } from '@lianban/catalogue';
import { Agent } from 'undici';
import { controlRoutes } from './control/control.routes.js';
import { demoSecret } from './demo-secret.js';
import { createApp } from './http.js';
import { BackOffices } from './kafka/back-offices.js';
import { FeedPuller } from './feed/feed-puller.js';
import { gasRestRoutes } from './gas-rest/gas-rest.routes.js';
import { gridRestSender } from './grid-rest/call-back.js';
import { gridRestRoutes } from './grid-rest/grid-rest.routes.js';
import { HeatCompanies } from './heat-sftp/heat-companies.js';
import { EventLog } from './journal/event-log.js';
import { operationRoutes } from './operations/operations.routes.js';
import { FaultSettings } from './faults/fault-settings.js';
import { ReportWriter } from './reports/report-writer.js';
import { ScenarioRunner } from './placements/scenario-runner.js';
import { ReportSender } from './reports/report-sender.js';
import { webhookSender, type SendReport } from './reports/send-report.js';
import type { SimulatorConfig } from './simulator.config.js';
import { tmf641Sender } from './tmf641/events.js';
import { tmf641Routes } from './tmf641/tmf641.routes.js';
import { waterSoapRoutes } from './water-soap/water-soap.routes.js';
import { SMS, smsRoutes } from './sms/sms.routes.js';

const PLAYED = new Set([
  'webhook',
  'feed',
  'kafka',
  'grid-rest',
  'gas-rest',
  'tmf641',
  'water-soap',
  'heat-sftp',
]);

/** Every provider of the catalogue that has a system of its own, and the SMS gateway; goes on where an earlier run ended. */
export async function startSimulator(config: SimulatorConfig) {
  const catalogue = loadCatalogue(config.catalogueFolder);
  const eventLog = await EventLog.open(config.simulatorData, config.simulatorMaxKept);
  const providers = catalogue.providers().filter(({ dialect }) => PLAYED.has(dialect));
  const dedupes = providers.map(({ id, retrySafety }): [string, boolean] => [
    id,
    retrySafety === 'idempotency-key',
  ]);
  const faults = new FaultSettings(new Map([...dedupes, [SMS, true]]), config.simulatorStageMs);
  const secrets = new Map(providers.map(({ id }) => [id, demoSecret(config.simulatorSecret, id)]));
  const secretOf = (provider: string) => secrets.get(provider)!;
  const reportWriter = new ReportWriter(eventLog, faults, catalogue);
  const connections = config.simulatorConnections;
  const dispatcher = new Agent({ connections });
  const providerOf = (id: string) => catalogue.provider(id)!;
  const { kafkaBrokers: brokers, topicPrefix, groupPrefix } = config;
  const backOffices = brokers ? new BackOffices({ brokers, topicPrefix, groupPrefix }) : undefined;
  const senders: Record<string, SendReport> = {
    webhook: webhookSender(dispatcher, secretOf),
    feed: webhookSender(dispatcher, secretOf),
    kafka: backOffices ? backOffices.send : async () => 'nobody-listens',
    'grid-rest': gridRestSender(dispatcher, secretOf, providerOf),
    tmf641: tmf641Sender(dispatcher, eventLog, providerOf),
    'water-soap': async () => 'nobody-listens',
    'gas-rest': async () => 'nobody-listens',
    'heat-sftp': (...report) => heatCompanies.reply(...report),
  };
  const sendAs = (id: string) => senders[providerOf(id).dialect]!;
  const reportSender = new ReportSender({ eventLog, faults, connections, reportWriter, sendAs });
  const runner = new ScenarioRunner(reportWriter, reportSender, faults);

  const app = createApp();
  const parts = { eventLog, faults, catalogue, reportWriter, runner, secretOf, providerOf };
  const onSftp = providers.filter(({ dialect }) => dialect === 'heat-sftp');
  const heatCompanies = new HeatCompanies(onSftp, parts, config);
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async () => ({ status: 'ok' }));
  operationRoutes(app, parts);
  gridRestRoutes(app, parts);
  tmf641Routes(app, parts);
  await app.register(async (companies) => waterSoapRoutes(companies, parts));
  await app.register(async (companies) => gasRestRoutes(companies, parts));
  smsRoutes(app, parts);
  await app.register(async (control) => controlRoutes(control, parts), { prefix: '/control' });
  // Who answers that it is ready listens for orders over SFTP too.
  const sftpUrl = onSftp.length > 0 ? await heatCompanies.listen() : undefined;
  const url = await app.listen({ host: config.host, port: config.port });
  const { feedsUrl } = config;
  const pulled = feedsUrl ? providers.filter(({ dialect }) => dialect === 'feed') : [];
  const pullers = pulled.map(({ id }) => new FeedPuller(id, { ...parts, dispatcher, url: feedsUrl! }));
  pullers.forEach((puller) => void puller.run());
  const onKafka = providers.filter(({ dialect }) => dialect === 'kafka');
  backOffices?.open(
    onKafka.map(({ id }) => id),
    parts,
  );
  for (const placement of eventLog.providerState.openPlacements()) runner.advance(placement);

  const stop = async () => {
    pullers.forEach((puller) => puller.close());
    await backOffices?.close();
    runner.stop();
    reportSender.close();
    await app.close();
    await heatCompanies.close();
    await dispatcher.destroy();
    eventLog.close();
  };
  return { url, sftpUrl, stop };
}
