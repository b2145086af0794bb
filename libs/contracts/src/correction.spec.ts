import { openItems } from './correction.js';

const id = '0196bd00-0000-7000-8000-0000000000c1';
const asked = { id, items: ['ID_CARD', 'fields.heatedArea', 'usage', 'arrears'] };
const answer = { correctionId: id, fields: {}, materials: [] };

describe('the open items of a correction', () => {
  it('is all of it before an answer', () => {
    expect(openItems(asked, [])).toEqual(asked.items);
  });

  it.each([
    ['a material by its code', { materials: [{ code: 'ID_CARD', method: 'paper' as const }] }, 'ID_CARD'],
    ['a field with its prefix', { fields: { heatedArea: 96.5 } }, 'fields.heatedArea'],
    ['a field without it', { fields: { usage: 'residential' } }, 'usage'],
    ['anything else by being confirmed', { confirmed: ['arrears'] }, 'arrears'],
  ])('is less by %s', (_, given, item) => {
    expect(openItems(asked, [{ ...answer, ...given }])).toEqual(asked.items.filter((each) => each !== item));
  });

  it('is nothing when several answers supply all of it', () => {
    const answers = [
      { ...answer, fields: { heatedArea: 96.5, usage: 'residential' } },
      { ...answer, materials: [{ code: 'ID_CARD', method: 'paper' as const }], confirmed: ['arrears'] },
    ];
    expect(openItems(asked, answers)).toEqual([]);
  });

  it('is not less by an answer to another', () => {
    expect(openItems(asked, [{ ...answer, correctionId: 'other', confirmed: ['arrears'] }])).toEqual(
      asked.items,
    );
  });
});
