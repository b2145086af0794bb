import { InvalidForm, readForm } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventLog } from '../journal/event-log.js';
import { applyFaultsAfter, applyFaultsBefore } from '../faults/apply-faults.js';
import type { FaultSettings } from '../faults/fault-settings.js';
import { parseJson } from '../http.js';
import { TextForm } from './texts.js';

/** The gateway's id among the providers. */
export const SMS = 'sms';
const UNKNOWN_NUMBER = /0000$/;

/** POST /sms sends a text once per id: 202; 422 `no-such-number` for a number that ends in 0000. */
export function smsRoutes(
  app: FastifyInstance,
  { eventLog, faults }: { eventLog: EventLog; faults: FaultSettings },
) {
  const preHandler = async (request: FastifyRequest, reply: FastifyReply) =>
    applyFaultsBefore(faults, SMS, request, reply);
  app.post('/sms', { preHandler }, async (request, reply) => {
    const { form, errors } = readForm(TextForm, parseJson(request.body));
    if (errors.length > 0) throw new InvalidForm(errors);
    if (UNKNOWN_NUMBER.test(form.to)) return reply.code(422).send({ reason: 'no-such-number' });
    send(eventLog, form);
    if (!(await applyFaultsAfter(faults, SMS, request, reply))) return reply;
    return reply.code(202).send({ id: form.id });
  });
}

function send(eventLog: EventLog, { id, to, text }: TextForm) {
  const before = eventLog.texts.byId(id) ?? { id, to, text, at: new Date().toISOString(), asked: 0 };
  eventLog.record({ entry: 'texted', text: { ...before, asked: before.asked + 1 } });
}
