import { eventClasses, eventMetadata } from '@lianban/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { eventsDocument, exampleOf } from './events.js';

const { components } = eventsDocument() as { components: { schemas: object } };

describe('the document of events', () => {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema({ $id: 'events', components });

  it.each(eventClasses().map((Type) => [Type.name, eventMetadata(Type).type]))(
    'has a schema of %s that holds for the message kept beside it, and not for any',
    (name, type) => {
      const isValid = ajv.getSchema(`events#/components/schemas/${name}`)!;
      expect([isValid(exampleOf(type)), isValid.errors]).toEqual([true, null]);
      expect(isValid({ ...exampleOf(type), requestId: 'one' })).toBe(false);
    },
  );

  it('has schemas of what a provider on Kafka reads and writes', () => {
    const [operation, report] = ['Operation', 'ReportForm'].map((name) =>
      ajv.getSchema(`events#/components/schemas/${name}`)!,
    );
    const { requestId, utility, provider, attempt, version, promisedDate, dossier } = exampleOf(
      'cn.lianban.job.desired.v1',
    ) as Record<string, string>;
    const order = {
      ...{ operation: requestId, kind: 'withdraw', placement: `${requestId}:${utility}:${attempt}` },
      ...{ requestId, utility, provider, attempt, version, promisedDate, dossier, reason: 'lapsed' },
    };
    expect([operation!(order), operation!.errors]).toEqual([true, null]);
    expect(operation!({ ...order, kind: 'drop' })).toBe(false);
    const accepted = { placement: order.placement, at: '2026-11-24T10:10:00+08:00', state: 'accepted' };
    expect([report!(accepted), report!.errors]).toEqual([true, null]);
    expect(report!({ ...accepted, state: 'finished' })).toBe(false);
  });
});
