import { optionsIn, WrongOption } from './options.js';

describe('optionsIn', () => {
  it('takes every goal but the planted faults where nothing is said', () => {
    expect(optionsIn([])).toMatchObject({
      goals: ['R1', 'R2', 'R4', 'R5', 'R6', 'R8', 'R9', 'R10', 'R11'],
      seeds: [1],
      requests: 2_000,
    });
    expect(optionsIn(['--planted']).goals).toEqual(['R3']);
  });

  it('takes one kind of run where a seed is named', () => {
    expect(optionsIn(['--seeds', '3-6', '--faults', 'kill,stop'])).toMatchObject({
      goals: ['R1'],
      seeds: [3, 4, 5, 6],
      faults: ['kill', 'stop'],
    });
  });

  it.each([[['--faults', 'meteor']], [['--seeds', 'many']], [['--only', 'R12']], [['--requests', '0']]])(
    'refuses %j',
    (args) => {
      expect(() => optionsIn(args)).toThrow(WrongOption);
    },
  );
});
