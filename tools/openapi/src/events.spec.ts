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
});
