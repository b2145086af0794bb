import { aPerson, aRegistration } from '@lianban/testing';
import { mergeAmendment } from './merge-amendment.js';
import type { Dossier } from './service-request.entity.js';

const dossier = {
  ...aRegistration('water', 'gas'),
  language: 'zh-CN',
  agent: { ...aPerson(), name: '欧阳代办' },
} as unknown as Dossier;
const merged = (amendment: object) => mergeAmendment(dossier, { version: 1, ...amendment });

describe('an amendment', () => {
  it('of the phone leaves the rest of the person as it was', () => {
    const { applicant, ...rest } = merged({ applicant: { phone: '13900139000' } });
    expect(applicant).toEqual({ ...aPerson(), phone: '13900139000' });
    const { applicant: _, ...before } = dossier;
    expect(rest).toEqual(before);
  });

  it.each<[string, object, object]>([
    [
      'one thing of an address',
      { address: { room: '503' } },
      { address: { ...dossier.address, room: '503' } },
    ],
    [
      'a field',
      { parts: { water: { fields: { pipeDiameter: 25 } } } },
      { parts: { ...dossier.parts, water: { fields: { usage: 'residential', pipeDiameter: 25 } } } },
    ],
    ['the list of materials whole', { materials: [] }, { materials: [] }],
  ])('changes %s', (_, amendment, changed) => expect(merged(amendment)).toMatchObject(changed));

  it('removes what is null, at every depth', () => {
    const after = merged({
      agent: null,
      address: { estate: null },
      parts: { water: { fields: { pipeDiameter: null } }, gas: null },
    });
    expect(after).not.toHaveProperty('agent');
    expect(after.address).not.toHaveProperty('estate');
    expect(after.parts).toEqual({ water: { fields: { usage: 'residential' } } });
  });

  it('replaces an object with what is not an object, for the validation to refuse', () =>
    expect(merged({ applicant: [1] }).applicant).toEqual([1]));

  it('that sends back the masked number leaves the number unchanged', () =>
    expect(
      merged({ applicant: { ...aPerson(), documentNumber: '3701**********0016', name: '欧阳样例' } })
        .applicant,
    ).toEqual({ ...aPerson(), name: '欧阳样例' }));

  it('does not accept another masked number', () =>
    expect(merged({ agent: { documentNumber: '3702**********0016' } }).agent).toMatchObject({
      documentNumber: '3702**********0016',
    }));
});
