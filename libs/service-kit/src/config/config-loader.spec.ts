import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@lianban/testing';
import { IsString, Matches } from 'class-validator';
import { Log } from '../logging/log.js';
import { ConfigLoader } from './config-loader.js';
import { ConfigInvalid, loadConfig } from './load-config.js';
import { Secret } from './secret.js';

class SafeConfig {
  @Secret()
  @Matches(/^open/)
  safeWord!: string;

  @IsString()
  owner: string = 'nobody';
}

describe('a secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-config-'));
  const file = join(folder, 'word');
  const lines: string[] = [];
  let loader: ConfigLoader;
  beforeEach(() => {
    lines.length = 0;
    writeFileSync(file, 'open one\n');
    const env = { SAFE_WORD_FILE: file, SECRET_FILES_CHECK_MS: '10' };
    loader = new ConfigLoader(env, Log.to({ write: (line) => lines.push(line) }));
  });
  afterEach(() => loader.onApplicationShutdown());
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read without the end of its line', () => {
    expect(loader.load(SafeConfig).safeWord).toBe('open one');
  });

  it('is used as soon as the file has changed, and not shown', async () => {
    const config = loader.load(SafeConfig);
    writeFileSync(file, 'open two');
    await eventually(() => expect(config.safeWord).toBe('open two'));
    expect(lines.join()).toContain('SAFE_WORD was read again');
    expect(lines.join()).not.toContain('two');
  });

  it('stays what it was while the file holds something wrong, which is said once', async () => {
    const config = loader.load(SafeConfig);
    writeFileSync(file, 'shut');
    await eventually(() => expect(lines.join()).toContain('SAFE_WORD is wrong'));
    rmSync(file);
    await eventually(() => expect(lines.join()).toContain('SAFE_WORD_FILE cannot be read (ENOENT)'));
    expect(config.safeWord).toBe('open one');
    expect(lines).toHaveLength(2);
  });

  it.each([
    [{ SAFE_WORD_FILE: file, SAFE_WORD: 'open three' }, 'SAFE_WORD and SAFE_WORD_FILE are both set'],
    [{ SAFE_WORD_FILE: join(folder, 'nothing') }, 'SAFE_WORD_FILE cannot be read (ENOENT)'],
    [{ OWNER_FILE: file }, 'SAFE_WORD is missing'],
  ])('is refused with %j', (env, error) => {
    expect(() => loadConfig(SafeConfig, env)).toThrow(new ConfigInvalid([error]));
  });
});
