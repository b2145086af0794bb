import type { Catalogue } from '@lianban/catalogue';
import { InvalidForm, NotFound, readForm } from '@lianban/service-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parsed } from '../http.js';
import type { Ledger } from '../journal/ledger.js';
import type { OrderBook } from '../orders/order-book.js';
import { OrdersForm } from '../orders/orders.forms.js';
import type { Narrator } from '../placements/narrator.js';
import type { Plays } from '../placements/plays.js';
import { ReportForm } from './report.form.js';
import { countEffects, pictureOf, type Sought } from './views.js';

interface Stage {
  ledger: Ledger;
  orders: OrderBook;
  narrator: Narrator;
  plays: Plays;
  catalogue: Catalogue;
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** Orders to the simulator and questions about what it has done. Nobody but this machine may ask. */
export function controlRoutes(app: FastifyInstance, stage: Stage) {
  app.addHook('onRequest', async ({ socket }) => {
    if (!LOOPBACK.test(socket.remoteAddress ?? '')) throw new NotFound();
  });
  orderRoutes(app, stage);
  questionRoutes(app, stage);
}

function orderRoutes(app: FastifyInstance, stage: Stage) {
  const { orders } = stage;
  app.get('/providers', async () => orders.all());
  app.put('/providers/:provider', async (request: FastifyRequest<{ Params: { provider: string } }>) => {
    const { provider } = request.params;
    if (!orders.knows(provider)) throw new NotFound();
    const changed = orders.change(provider, readOrders(stage, request.body));
    goOnAll(stage, provider);
    return changed;
  });
  app.delete('/orders', async (_, reply) => {
    orders.reset();
    goOnAll(stage);
    return reply.code(204).send();
  });
  app.post(
    '/providers/:provider/placements/:placement/report',
    async (request: FastifyRequest<{ Params: { provider: string; placement: string } }>, reply) => {
      const { provider, placement } = request.params;
      return reply.code(202).send(reportNow(stage, provider, placement, request.body));
    },
  );
}

function questionRoutes(app: FastifyInstance, { ledger: { books, texts } }: Stage) {
  app.get('/totals', async () => books.totals);
  app.get('/effects', async ({ query }: FastifyRequest<{ Querystring: Sought }>) =>
    countEffects(books, query),
  );
  app.get('/sms', async ({ query }: FastifyRequest<{ Querystring: { to?: string } }>) => texts.to(query.to));
  app.get('/placements/:placement', async ({ params }: FastifyRequest<{ Params: { placement: string } }>) => {
    const found = [...books.allPlacements()].filter(({ placement }) => placement === params.placement);
    if (found.length === 0) throw new NotFound();
    return { placement: params.placement, providers: found.map((each) => pictureOf(books, each)) };
  });
}

function readOrders({ catalogue }: Stage, body: unknown): OrdersForm {
  const { form, errors } = readForm(OrdersForm, parsed(body));
  const isUnknown = typeof form.reason === 'string' && !catalogue.reason(form.reason);
  const text = { 'zh-CN': '目录中没有这个原因。', en: 'The catalogue has no such reason.' };
  if (isUnknown) errors.push({ pointer: '/reason', code: 'unknown-reason', text });
  if (errors.length > 0) throw new InvalidForm(errors);
  return form;
}

function reportNow({ ledger, narrator, plays }: Stage, provider: string, id: string, body: unknown) {
  const placement = ledger.books.placement(provider, id);
  if (!placement) throw new NotFound();
  const { form, errors } = readForm(ReportForm, parsed(body));
  if (errors.length > 0) throw new InvalidForm(errors);
  const letter = narrator.report(placement, { ...form });
  plays.goOn(placement);
  return letter;
}

function goOnAll({ ledger, plays }: Stage, provider?: string) {
  for (const placement of ledger.books.openPlacements())
    if (!provider || placement.provider === provider) plays.goOn(placement);
}
