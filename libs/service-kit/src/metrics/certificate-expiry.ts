import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from './metrics.js';

/** When the certificates that this process uses end. */
@Injectable()
export class CertificateExpiry {
  private readonly sources: (() => string[])[] = [];

  constructor(metrics: Metrics) {
    const { sources } = this;
    new Gauge({
      name: 'lianban_certificate_expiry_timestamp_seconds',
      help: 'When the first certificate of a file ends',
      labelNames: ['file'],
      registers: [metrics.registry],
      collect() {
        this.reset();
        for (const file of sources.flatMap(filesOf)) {
          const end = endOf(file);
          if (end !== undefined) this.set({ file }, end);
        }
      },
    });
  }

  /** `files` is asked at each scrape. */
  watch(files: () => string[]): void {
    this.sources.push(files);
  }
}

function filesOf(source: () => string[]): string[] {
  try {
    return source();
  } catch {
    return [];
  }
}

/** Of a file with several the earliest; undefined where it cannot be read. */
function endOf(file: string): number | undefined {
  try {
    const texts = readFileSync(file, 'utf8').match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    );
    return Math.min(...texts!.map((text) => new X509Certificate(text).validToDate.getTime() / 1_000));
  } catch {
    return undefined;
  }
}
