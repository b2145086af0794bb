import { GOALS, readArguments } from './arguments.js';

describe('the command line', () => {
  it('measures every goal in services mode where nothing is said', () =>
    expect(readArguments([])).toEqual({ mode: 'services', only: GOALS, smoke: false, profile: false }));

  it('names goals, in their own order whatever the order asked for', () =>
    expect(readArguments(['--only', 'p7,P2']).only).toEqual(['P2', 'P7']));

  it('counts only where that is asked for', () => {
    expect(readArguments(['--only', 'counts']).only).toEqual(['COUNTS']);
    expect(readArguments([]).only).not.toContain('COUNTS');
  });

  it('takes numbers', () =>
    expect(readArguments(['--mode', 'standalone', '--requests', '500', '--minutes=0.5'])).toMatchObject({
      mode: 'standalone',
      requests: 500,
      minutes: 0.5,
    }));

  it.each([
    [['--requests', 'many'], '--requests is a number above 0, not many.'],
    [['--minutes', '0'], '--minutes is a number above 0, not 0.'],
    [['--traces', '10'], '--traces is a share up to 1, not 10.'],
    [['--mode', 'cluster'], '--mode is services or standalone, not cluster.'],
    [['--only', 'P2,P99'], 'There is no goal P99.'],
    [['--fast'], "Unknown option '--fast'"],
    [['P2'], "Unexpected argument 'P2'"],
  ])('refuses %p with a sentence', (args, sentence) => expect(() => readArguments(args)).toThrow(sentence));
});
