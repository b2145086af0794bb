import { aclsOf } from './topics.js';

const rightsOf = (service: string): string[] =>
  aclsOf(service).map(({ operation, resource, name }) => `${operation} ${resource} ${name}`);

describe('the rights of a service in Kafka', () => {
  it('are to write what it publishes, to read what it reads, and to be in its group', () =>
    expect(rightsOf('intake')).toEqual([
      'Write topic dossiers',
      'Write topic contacts',
      'Read topic status',
      'Read group intake',
    ]));

  it('of a reader include no write', () =>
    expect(rightsOf('tracking')).toEqual(['Read topic status', 'Read group tracking']));

  it('of an adapter end at its own utility', () =>
    expect(rightsOf('adapter-gas')).toEqual([
      'Write topic progress',
      'Read topic jobs.gas',
      'Read group adapter-gas',
    ]));

  it('of a stranger are none', () => expect(rightsOf('stranger')).toEqual([]));
});
