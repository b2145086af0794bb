import { aDesiredState } from '@lianban/testing';
import { amendedParts } from './amended-parts.js';

describe('what was amended', () => {
  const { dossier } = aDesiredState();

  it('is nothing where nothing differs, whatever the order of keys', () => {
    const { usage, appliances } = dossier.fields;
    expect(amendedParts(dossier, { ...dossier, fields: { appliances, usage } })).toEqual([]);
  });

  it('names people, address, fields and materials', () => {
    const after = {
      ...dossier,
      applicant: { ...dossier.applicant, name: '试样' },
      agent: { kind: 'person' as const },
      address: { ...dossier.address, room: '101' },
      fields: { usage: 'commercial', meter: 'G4' },
      materials: [
        { code: 'PROPERTY_CERT', method: 'e-licence' as const },
        { code: 'ID_CARD', method: 'paper' as const },
      ],
    };
    expect(amendedParts(dossier, after)).toEqual([
      ...['applicant', 'agent', 'address'],
      ...['fields.usage', 'fields.appliances', 'fields.meter'],
      ...['PROPERTY_CERT', 'ID_CARD'],
    ]);
  });
});
