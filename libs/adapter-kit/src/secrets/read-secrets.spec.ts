import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecrets } from './read-secrets.js';

const [A, B, C] = ['QUFB', 'QkJC', 'Q0ND'].map((text) => `whsec_${text}`) as [string, string, string];
const read = (value: unknown) => Object.fromEntries(readSecrets({ providerSecrets: JSON.stringify(value) }));

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

  describe('in a folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-secrets-'));
    const readFolder = () => Object.fromEntries(readSecrets({ providerSecretsDir: folder }));
    beforeAll(() => {
      writeFileSync(join(folder, 'one'), `${A}\n`);
      writeFileSync(join(folder, 'two'), `${B}\r\n${A}\n`);
      mkdirSync(join(folder, '..data'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('are one file each, of one line or two', () => {
      expect(readFolder()).toEqual({ one: [A], two: [B, A] });
    });

    it('stop the start where a file holds something else, or there is no such folder', () => {
      writeFileSync(join(folder, 'three'), 'AAAA');
      expect(readFolder).toThrow('"three"');
      expect(() => readSecrets({ providerSecretsDir: join(folder, 'none') })).toThrow('(ENOENT)');
    });

    it('stop the start where they are in the variable too', () => {
      expect(() => readSecrets({ providerSecretsDir: folder, providerSecrets: '{}' })).toThrow('both set');
    });
  });
});
