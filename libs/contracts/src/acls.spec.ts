import { aclsOf } from './acls.js';
import { SERVICES } from './topics.js';

describe('what a service may do on Kafka', () => {
  it('is to write what it publishes and to read what it reads, each with its description', () => {
    expect(aclsOf('adapter-gas')).toEqual({
      topics: [
        { topic: 'jobs.gas', operations: ['Read', 'Describe'] },
        { topic: 'progress', operations: ['Write', 'Describe'] },
      ],
      group: 'adapter-gas',
    });
  });

  it('is nothing for somebody who is no service', () => {
    expect(aclsOf('zibo-gas').topics).toEqual([]);
  });

  it('never lets an adapter see another utility', () => {
    const adapters = SERVICES.filter((service) => service.startsWith('adapter-'));
    expect(adapters).toHaveLength(5);
    for (const adapter of adapters)
      expect(aclsOf(adapter).topics.map(({ topic }) => topic)).toEqual([
        `jobs.${adapter.slice('adapter-'.length)}`,
        'progress',
      ]);
  });
});
