import { Gauge, type Registry } from 'prom-client';
import type { KafkaSecurity } from './kafka-security.js';

export function addExpiryGauge(security: KafkaSecurity, registry: Registry): void {
  new Gauge({
    name: 'lianban_certificate_expiry_timestamp_seconds',
    help: 'When the first certificate of a file expires; 0 where none can be read',
    labelNames: ['file'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { file, expiresAt } of security.readExpiries())
        this.set({ file }, expiresAt.getTime() / 1_000);
    },
  });
}
