import { InvalidForm, readForm } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Ledger } from '../journal/ledger.js';
import { mayAnswer, beforeTaking } from '../orders/obey.js';
import type { OrderBook } from '../orders/order-book.js';
import { parsed } from '../http.js';
import { TextForm } from './texts.js';

/** The gateway's id among the providers. */
export const SMS = 'sms';
const NOBODY = /0000$/;

/** POST /sms sends a text once per id: 202; 422 `no-such-number` for a number that ends in 0000. */
export function smsRoutes(app: FastifyInstance, { ledger, orders }: { ledger: Ledger; orders: OrderBook }) {
  const preHandler = async (request: FastifyRequest, reply: FastifyReply) =>
    beforeTaking(orders, SMS, request, reply);
  app.post('/sms', { preHandler }, async (request, reply) => {
    const { form, errors } = readForm(TextForm, parsed(request.body));
    if (errors.length > 0) throw new InvalidForm(errors);
    if (NOBODY.test(form.to)) return reply.code(422).send({ reason: 'no-such-number' });
    send(ledger, form);
    if (!(await mayAnswer(orders, SMS, request, reply))) return reply;
    return reply.code(202).send({ id: form.id });
  });
}

function send(ledger: Ledger, { id, to, text }: TextForm) {
  const before = ledger.texts.byId(id) ?? { id, to, text, at: new Date().toISOString(), asked: 0 };
  ledger.record({ entry: 'texted', text: { ...before, asked: before.asked + 1 } });
}
