import { loadCatalogue } from '@lianban/catalogue';
import { Agent } from 'undici';
import { controlRoutes } from './control/control.routes.js';
import { demoSecret } from './demo-secret.js';
import { openDoor } from './http.js';
import { Ledger } from './journal/ledger.js';
import { operationRoutes } from './operations/operations.routes.js';
import { OrderBook } from './orders/order-book.js';
import { Narrator } from './placements/narrator.js';
import { Plays } from './placements/plays.js';
import { Postbox } from './reports/postbox.js';
import type { SimulatorConfig } from './simulator.config.js';
import { SMS, smsRoutes } from './sms/sms.routes.js';

/** Every provider of the catalogue that has a system of its own, and the SMS gateway; goes on where an earlier run ended. */
export async function startSimulator(config: SimulatorConfig) {
  const catalogue = loadCatalogue(config.catalogueFolder);
  const ledger = await Ledger.open(config.simulatorData, config.simulatorMaxKept);
  const providers = catalogue.providers().filter(({ dialect }) => dialect === 'webhook');
  const dedupes = providers.map(({ id, repeats }): [string, boolean] => [id, repeats === 'same-key']);
  const orders = new OrderBook(new Map([...dedupes, [SMS, true]]), config.simulatorStageMs);
  const secrets = new Map(providers.map(({ id }) => [id, demoSecret(config.simulatorSecret, id)]));
  const secretOf = (provider: string) => secrets.get(provider)!;
  const narrator = new Narrator(ledger, orders, catalogue);
  const connections = config.simulatorConnections;
  const dispatcher = new Agent({ connections });
  const postbox = new Postbox({ ledger, orders, dispatcher, connections, narrator, secretOf });
  const plays = new Plays(narrator, postbox, orders);

  const app = openDoor();
  const parts = { ledger, orders, catalogue, narrator, plays, secretOf };
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async () => ({ status: 'ok' }));
  operationRoutes(app, parts);
  smsRoutes(app, parts);
  await app.register(async (control) => controlRoutes(control, parts), { prefix: '/control' });
  const url = await app.listen({ host: config.host, port: config.port });
  for (const placement of ledger.books.openPlacements()) plays.goOn(placement);

  const stop = async () => {
    plays.stop();
    postbox.close();
    await app.close();
    await dispatcher.destroy();
    ledger.close();
  };
  return { url, stop };
}
