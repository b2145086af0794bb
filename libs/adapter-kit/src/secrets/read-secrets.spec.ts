import { readSecrets } from './read-secrets.js';

const [A, B, C] = ['QUFB', 'QkJC', 'Q0ND'].map((text) => `whsec_${text}`) as [string, string, string];
const read = (value: unknown) => Object.fromEntries(readSecrets(JSON.stringify(value)));

describe('the secrets of the providers', () => {
  it('are one each, or two while one is being changed, the newest first', () => {
    expect(read({ one: A, two: [B, A] })).toEqual({ one: [A], two: [B, A] });
  });

  it.each([[[A, B, C]], [[]], [[A, A]], ['AAAA'], [''], [5], [null], [[A, 'whsec_é']]])(
    'stop the start where one is %j, by the name of the credential and without its value',
    (wrong) => {
      expect(() => read({ 'zibo-gas': wrong })).toThrow('"zibo-gas"');
      expect(() => read({ 'zibo-gas': wrong })).not.toThrow('AAAA');
    },
  );

  it.each([[[]], ['text'], [null], [1]])('stop the start where they are %j', (wrong) => {
    expect(() => read(wrong)).toThrow('PROVIDER_SECRETS');
  });
});
