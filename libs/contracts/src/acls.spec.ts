import { aclsOf, aclsOfProvider } from './acls.js';
import { SERVICES } from './topics.js';

describe('what a service may do on Kafka', () => {
  it('is to write what it publishes and to read what it reads, each with its description', () => {
    expect(aclsOf('adapter-gas')).toEqual({
      topics: [
        { topic: 'jobs.gas', operations: ['Read', 'Describe'] },
        { topic: 'progress', operations: ['Write', 'Describe'] },
      ],
      groups: ['adapter-gas'],
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

  it('is its own pair of topics for a provider, and the other ends of them for the adapter of its utility alone', () => {
    const provider = { id: 'weihai-gas', utility: 'gas' as const };
    const [jobs, reports] = ['provider.weihai-gas.jobs', 'provider.weihai-gas.reports'];
    expect(aclsOfProvider(provider)).toEqual({
      topics: [
        { topic: jobs, operations: ['Read', 'Describe'] },
        { topic: reports, operations: ['Write', 'Describe'] },
      ],
      groups: ['provider.weihai-gas'],
    });
    const { topics, groups } = aclsOf('adapter-gas', [provider]);
    expect(topics.slice(2)).toEqual([
      { topic: jobs, operations: ['Write', 'Describe'] },
      { topic: reports, operations: ['Read', 'Describe'] },
    ]);
    expect(groups).toEqual(['adapter-gas', 'adapter-gas.weihai-gas']);
    expect(aclsOf('adapter-water', [provider])).toEqual(aclsOf('adapter-water'));
  });
});
