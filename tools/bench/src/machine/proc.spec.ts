import { familyOf, readMachine, readStat } from './proc.js';

describe('what Linux tells', () => {
  it('of a process is read past a name with blanks and brackets', () =>
    expect(
      readStat('41 (postgres: (a) b) S 7 41 41 0 -1 4194560 300 0 0 0 250 50 30 20 20 0 1 0 99 1000 5'),
    ).toEqual({ pid: 41, parent: 7, own: 3_000, ended: 500 }));

  it('of the machine leaves out rest and interrupts', () =>
    expect(readMachine('cpu  100 5 45 9000 300 7 8 20 0 0\ncpu0 1 2 3')).toEqual({
      busy: 1_500,
      stolen: 200,
    }));
});

describe('a family', () => {
  it('is a process with all that it started, and what those started', () => {
    const of = (pid: number, parent: number) => ({ pid, parent, command: '', own: 0, ended: 0 });
    const all = [of(4, 3), of(3, 2), of(2, 1), of(5, 1)];
    expect(familyOf([2], all).map(({ pid }) => pid)).toEqual([4, 3, 2]);
  });
});
