import { readAnswer } from './read-answer.js';

const WORDS = { number: 'a number, please', nothing: 'something, please' };
const CORRECTION = {
  id: '01980000-0000-7000-8000-000000000001',
  deadline: '2026-05-20',
  items: [
    { code: 'PROPERTY_CERT', name: '', kind: 'material' as const },
    { code: 'arrears', name: '', kind: 'confirmation' as const },
    {
      code: 'fields.pipeDiameter',
      name: '',
      kind: 'field' as const,
      field: { code: 'pipeDiameter', type: 'integer' as const },
    },
  ],
};
const read = (typed: Record<string, string>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(typed)) form.set(name, value);
  return readAnswer(form, CORRECTION, WORDS);
};

describe('an answer as it was filled in', () => {
  it('holds fields, e-licences and what was done', () =>
    expect(
      read({
        'item-PROPERTY_CERT': 'licence',
        'item-PROPERTY_CERT-number': ' 370102-1 ',
        'item-arrears': 'done',
        'item-pipeDiameter': '３２',
      }),
    ).toEqual({
      answer: {
        fields: { pipeDiameter: 32 },
        materials: [{ code: 'PROPERTY_CERT', method: 'e-licence', proof: '370102-1' }],
        confirmed: ['arrears'],
      },
      wrong: [],
    }));

  it('that only brings paper to the counter is none', () =>
    expect(read({ 'item-PROPERTY_CERT': 'bring' }).wrong).toEqual([{ text: WORDS.nothing }]));

  it('names a number that is none', () =>
    expect(read({ 'item-pipeDiameter': 'thirty' }).wrong).toEqual([
      { field: 'item-pipeDiameter', text: WORDS.number },
    ]));
});
