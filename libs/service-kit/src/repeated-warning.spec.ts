import { RepeatedWarning } from './repeated-warning.js';

describe('a repeated warning', () => {
  let now: number;
  let lines: string[];
  let warning: RepeatedWarning;
  beforeEach(() => {
    now = 0;
    lines = [];
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    warning = new RepeatedWarning((line) => lines.push(line));
  });
  afterEach(() => jest.restoreAllMocks());

  it('is said at once, and again after half a minute', () => {
    for (now of [0, 1_000, 29_999, 30_000, 59_000]) warning.say(`at ${now}`);
    expect(lines).toEqual(['at 0', 'at 30000']);
  });

  it('is said at once where it had ended in between', () => {
    warning.say('one');
    warning.reset();
    warning.say('two');
    expect(lines).toEqual(['one', 'two']);
  });
});
