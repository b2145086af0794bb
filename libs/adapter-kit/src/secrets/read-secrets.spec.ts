import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecrets, readSecretsDir } from './read-secrets.js';

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

  it('are one file each in a folder, a secret a line, and what is no secret stops the start', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-secrets-'));
    writeFileSync(join(folder, 'one'), `${A}\n`);
    writeFileSync(join(folder, 'two'), `${B}\n${A}\n`);
    mkdirSync(join(folder, '..data'));
    expect(Object.fromEntries(readSecretsDir(folder))).toEqual({ one: [A], two: [B, A] });
    writeFileSync(join(folder, 'zibo-gas'), 'AAAA');
    expect(() => readSecretsDir(folder)).toThrow('"zibo-gas"');
  });

  it.each([[[]], ['text'], [null], [1]])('stop the start where they are %j', (wrong) => {
    expect(() => read(wrong)).toThrow('PROVIDER_SECRETS');
  });
});
