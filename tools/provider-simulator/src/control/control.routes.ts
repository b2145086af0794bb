import type { Catalogue } from '@lianban/catalogue';
import { InvalidForm, NotFound, readForm } from '@lianban/service-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJson } from '../http.js';
import type { EventLog } from '../journal/event-log.js';
import type { FaultSettings } from '../faults/fault-settings.js';
import { FaultsForm } from '../faults/faults.forms.js';
import type { ReportWriter } from '../reports/report-writer.js';
import type { ScenarioRunner } from '../placements/scenario-runner.js';
import { ReportForm } from './report.form.js';
import { countEffects, toPlacementView, type EffectFilter } from './views.js';

interface ControlContext {
  eventLog: EventLog;
  faults: FaultSettings;
  reportWriter: ReportWriter;
  runner: ScenarioRunner;
  catalogue: Catalogue;
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** Sets faults and answers what the simulator has done. Only this machine may call it. */
export function controlRoutes(app: FastifyInstance, context: ControlContext) {
  app.addHook('onRequest', async ({ socket }) => {
    if (!LOOPBACK.test(socket.remoteAddress ?? '')) throw new NotFound();
  });
  faultRoutes(app, context);
  queryRoutes(app, context);
}

function faultRoutes(app: FastifyInstance, context: ControlContext) {
  const { faults } = context;
  app.get('/providers', async () => faults.all());
  app.put('/providers/:provider', async (request: FastifyRequest<{ Params: { provider: string } }>) => {
    const { provider } = request.params;
    if (!faults.has(provider)) throw new NotFound();
    const changed = faults.change(provider, readFaults(context, request.body));
    advanceAll(context, provider);
    return changed;
  });
  app.delete('/faults', async (_, reply) => {
    faults.reset();
    advanceAll(context);
    return reply.code(204).send();
  });
  app.post(
    '/providers/:provider/placements/:placement/report',
    async (request: FastifyRequest<{ Params: { provider: string; placement: string } }>, reply) => {
      const { provider, placement } = request.params;
      return reply.code(202).send(reportNow(context, provider, placement, request.body));
    },
  );
}

function queryRoutes(app: FastifyInstance, { eventLog: { providerState, texts } }: ControlContext) {
  app.get('/totals', async () => providerState.totals);
  app.get('/effects', async ({ query }: FastifyRequest<{ Querystring: EffectFilter }>) =>
    countEffects(providerState, query),
  );
  app.get('/sms', async ({ query }: FastifyRequest<{ Querystring: { to?: string } }>) => texts.to(query.to));
  app.get('/placements/:placement', async ({ params }: FastifyRequest<{ Params: { placement: string } }>) => {
    const found = [...providerState.allPlacements()].filter(
      ({ placement }) => placement === params.placement,
    );
    if (found.length === 0) throw new NotFound();
    return {
      placement: params.placement,
      providers: found.map((each) => toPlacementView(providerState, each)),
    };
  });
}

function readFaults({ catalogue }: ControlContext, body: unknown): FaultsForm {
  const { form, errors } = readForm(FaultsForm, parseJson(body));
  const isUnknown = typeof form.reason === 'string' && !catalogue.reason(form.reason);
  const text = { 'zh-CN': '目录中没有这个原因。', en: 'The catalogue has no such reason.' };
  if (isUnknown) errors.push({ pointer: '/reason', code: 'unknown-reason', text });
  if (errors.length > 0) throw new InvalidForm(errors);
  return form;
}

function reportNow(
  { eventLog, reportWriter, runner }: ControlContext,
  provider: string,
  id: string,
  body: unknown,
) {
  const placement = eventLog.providerState.placement(provider, id);
  if (!placement) throw new NotFound();
  const { form, errors } = readForm(ReportForm, parseJson(body));
  if (errors.length > 0) throw new InvalidForm(errors);
  const pendingReport = reportWriter.report(placement, { ...form });
  runner.advance(placement);
  return pendingReport;
}

function advanceAll({ eventLog, runner }: ControlContext, provider?: string) {
  for (const placement of eventLog.providerState.openPlacements())
    if (!provider || placement.provider === provider) runner.advance(placement);
}
