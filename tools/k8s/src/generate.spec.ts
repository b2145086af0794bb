import { parseAllDocuments } from 'yaml';
import { kafkaFiles } from './generate.js';

interface Resource {
  kind: string;
  metadata: { name: string };
  spec: {
    config?: Record<string, unknown>;
    authorization?: { acls: { resource: { type: string; name: string }; operations: string[] }[] };
  };
}

describe('the Kafka of a catalogue with a provider on it', () => {
  const files = kafkaFiles([{ id: 'weihai-gas', utility: 'gas' }]);
  const resources = Object.values(files).flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS() as Resource),
  );
  const find = (name: string): Resource => resources.find(({ metadata }) => metadata.name === name)!;
  const rightsOf = (name: string): string[] =>
    find(name).spec.authorization!.acls.map(
      ({ resource, operations }) => `${operations[0]} ${resource.type} ${resource.name}`,
    );

  it('has its pair of topics, and a user that may read the one and write the other', () => {
    expect(find('lianban.provider.weihai-gas.jobs').kind).toBe('KafkaTopic');
    expect(find('lianban.provider.weihai-gas.reports').spec.config).toMatchObject({
      'compression.type': 'uncompressed',
    });
    expect(rightsOf('provider.weihai-gas')).toEqual([
      'Read topic lianban.provider.weihai-gas.jobs',
      'Write topic lianban.provider.weihai-gas.reports',
      'Read group provider.weihai-gas',
    ]);
  });

  it('lets the adapter of its utility at the other ends of them, and no other service', () => {
    expect(rightsOf('adapter-gas-kafka')).toEqual(
      expect.arrayContaining([
        'Write topic lianban.provider.weihai-gas.jobs',
        'Read topic lianban.provider.weihai-gas.reports',
        'Read group adapter-gas.weihai-gas',
      ]),
    );
    expect(rightsOf('adapter-water-kafka').join()).not.toContain('weihai-gas');
  });
});
