import { JobProgressed } from '@lianban/contracts';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { nextProgressEvent } from './progress-event.js';
import { Story } from './story.mother.js';

describe('what is published of a job', () => {
  it.each([
    ['waits to be sent', new Story().want(), 'pending', false],
    ['is being sent', new Story().want().send(), 'pending', false],
    ['is being retried', new Story().want().send().notSent(), 'failing', false],
    ['is being looked up', new Story().want().send().unknown(), 'unknown', false],
    ['is parked', new Story().want().park('unknown'), 'parked', false],
    ['was taken', Story.placed(), 'delivered', true],
    ['was refused', new Story().want().send().refused(), 'delivered', true],
    ['was never sent and ended', new Story().want().withdraw(), 'pending', false],
  ] as const)('says how a placement that %s was delivered', (_, story, delivery, delivered) => {
    expect(story.progress).toMatchObject({ operation: { kind: 'place', delivery }, delivered });
    const read = plainToInstance(JobProgressed, JSON.parse(JSON.stringify(story.progress)));
    expect(validateSync(read)).toEqual([]);
  });

  it('has no person and no word of the provider in it', () => {
    const story = Story.placed().applies({ state: 'held', reason: 'permit', text: '请联系王工' });
    expect(JSON.stringify(story.progress)).not.toMatch(/欧阳试样|王工|历下区/);
  });

  it('is published again only where something of it is new', () => {
    const story = new Story().want().send().notSent();
    story.retryPolicy.maxTries = 9;
    expect(nextProgressEvent(story.job)).toMatchObject({ version: 2, operation: { delivery: 'failing' } });
    story.send();
    expect(nextProgressEvent(story.job)).toBeUndefined();
    story.later().notSent();
    expect(nextProgressEvent(story.job)).toBeUndefined();
    story.send().unknown();
    expect(nextProgressEvent(story.job)).toMatchObject({ version: 3, operation: { delivery: 'unknown' } });
  });
});
