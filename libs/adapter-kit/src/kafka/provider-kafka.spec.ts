import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue, type Catalogue } from '@lianban/catalogue';
import { MessagingConfig } from '@lianban/messaging';
import { catalogueCopy } from '@lianban/testing';
import { ProviderKafka } from './provider-kafka.js';

describe('a provider that speaks kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-kafka-'));
  const catalogue = loadCatalogue(
    catalogueCopy(folder, (row) => (row.id === 'zibo-gas' ? { ...row, dialect: 'kafka' } : row)),
  );
  afterAll(() => rmSync(folder, { recursive: true }));

  const open = (config: Partial<MessagingConfig>, of: Catalogue = catalogue): ProviderKafka =>
    new ProviderKafka(of, Object.assign(new MessagingConfig(), config), 'gas');

  it('stops the start where no Kafka is named, whatever carries our own events', () => {
    expect(() => open({})).toThrow('zibo-gas speaks "kafka", and KAFKA_BROKERS is not set');
    expect(open({ kafkaBrokers: '127.0.0.1:1' }).providers).toMatchObject([{ id: 'zibo-gas' }]);
  });

  it('needs no Kafka where nobody speaks it', () => {
    expect(open({}, loadCatalogue()).providers).toEqual([]);
  });
});
