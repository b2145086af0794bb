import { CALLERS, optionsIn, WrongOption } from './options.js';

describe('the options of the fuzzing', () => {
  it('are 500 examples of everything, as everybody', () => {
    const { maxExamples, services, callers } = optionsIn([]);
    expect([maxExamples, services.length, callers]).toEqual([500, 9, [...CALLERS]]);
  });

  it('name services and callers', () => {
    const { services, callers } = optionsIn(['--services', 'intake,tracking', '--callers', 'clerk']);
    expect([services, callers]).toEqual([['intake', 'tracking'], ['clerk']]);
  });

  it.each([
    ['--services', 'kitchen'],
    ['--callers', 'mayor'],
    ['--max-examples', '0'],
  ])('refuse %s %s', (name, value) => {
    expect(() => optionsIn([name, value])).toThrow(WrongOption);
  });
});
