import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateAuthority } from '@lianban/testing';
import { CertificateExpiry } from './certificate-expiry.js';
import { Metrics } from './metrics.js';

describe('the end of certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-expiry-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is shown of each file that can be read', async () => {
    const { certFile } = await CertificateAuthority.create(folder, 'mine');
    const metrics = new Metrics();
    const expiry = new CertificateExpiry(metrics);
    expiry.watch(() => [certFile, join(folder, 'missing.crt')]);
    const text = await metrics.registry.metrics();
    const [, file, seconds] = /seconds\{file="(.+)"\} (\d+)/.exec(text)!;
    expect(file).toBe(certFile);
    expect(Math.round((Number(seconds) * 1_000 - Date.now()) / 86_400_000)).toBe(2);
    expect(text).not.toContain('missing');
  });
});
