import { catalogue, noonOf } from './routed-request.mother.js';
import {
  recountClock,
  remainingDays,
  resumeClock,
  startClock,
  stopClock,
  type SlaClock,
} from './sla-clock.js';

const { calendar } = catalogue;
const running = (date: string): SlaClock => startClock(date, '2026-01-05T02:00:00.000Z', calendar);
const stop = (clock: SlaClock, at: Date): SlaClock => {
  stopClock(clock, at);
  return clock;
};
const stopped = (date: string, on: string): SlaClock => stop(running(date), noonOf(on));
const resume = (clock: SlaClock, at: Date): SlaClock => {
  resumeClock(clock, at, calendar);
  return clock;
};

describe('the clock of a job', () => {
  it.each([
    ['within a week', '2026-05-27', '2026-05-12', '2026-05-14', '2026-05-29'],
    ['over a weekend', '2026-05-27', '2026-05-15', '2026-05-18', '2026-05-28'],
    ['within a weekend', '2026-05-27', '2026-05-16', '2026-05-17', '2026-05-27'],
    ['within a day', '2026-05-27', '2026-05-12', '2026-05-12', '2026-05-27'],
    ['over the National Day holiday', '2026-10-15', '2026-09-30', '2026-10-08', '2026-10-16'],
    ['over a Sunday that is made up', '2026-09-22', '2026-09-18', '2026-09-21', '2026-09-24'],
    ['into a holiday, the due date beyond it', '2026-09-29', '2026-09-28', '2026-09-30', '2026-10-08'],
    ['beginning when it is overdue', '2026-05-12', '2026-05-14', '2026-05-18', '2026-05-14'],
  ])('moves its due date by the working days lost %s', (_, due, from, to, moved) => {
    expect(resume(stopped(due, from), noonOf(to))).toEqual({
      promisedDate: due,
      slaDate: moved,
      slaProvisional: false,
      stoppedOn: null,
      stops: [{ from, to }],
      clockSince: noonOf(to).toISOString(),
    });
  });

  it('stops on the day it is in Shandong', () => {
    expect(stop(running('2026-05-27'), new Date('2026-05-12T16:30:00Z')).stoppedOn).toBe('2026-05-13');
  });

  it('that stands keeps the day it stopped on', () => {
    expect(stop(stopped('2026-05-27', '2026-05-12'), noonOf('2026-05-14'))).toEqual(
      stopped('2026-05-27', '2026-05-12'),
    );
  });

  it('that was stopped on 1 December goes on on 11 December, its date in a year without a notice', () => {
    expect(resume(stopped('2026-12-31', '2026-12-01'), noonOf('2026-12-11'))).toMatchObject({
      slaDate: '2027-01-13',
      slaProvisional: true,
    });
  });

  it('counted anew by the same calendar stays as it is, its stops in it', () => {
    const once = resume(stopped('2026-05-27', '2026-05-12'), noonOf('2026-05-14'));
    const twice = resume(stop(once, noonOf('2026-05-20')), noonOf('2026-05-22'));
    const before = structuredClone(twice);
    recountClock(twice, '2026-05-27', calendar);
    expect(twice).toEqual(before);
  });

  it('that runs is not started again', () => {
    expect(resume(running('2026-05-27'), noonOf('2026-05-14'))).toEqual(running('2026-05-27'));
  });

  it.each([
    ['2026-05-27', '2026-05-11', 12],
    ['2026-05-27', '2026-05-26', 1],
    ['2026-05-27', '2026-05-27', 0],
    ['2026-05-27', '2026-05-28', -1],
    ['2026-05-29', '2026-05-31', 0],
    ['2026-05-29', '2026-06-01', -1],
    ['2026-10-08', '2026-09-30', 1],
    ['2026-09-30', '2026-10-08', -1],
    ['2026-09-21', '2026-09-19', 2],
  ])('that is due on %s has on %s %i working days left', (due, today, days) => {
    expect(remainingDays(running(due), noonOf(today), calendar)).toBe(days);
  });

  it('that stands keeps the days it had, and has them again when it goes on', () => {
    const clock = stopped('2026-05-27', '2026-05-20');
    const on = noonOf('2026-06-03');
    expect(remainingDays(clock, on, calendar)).toBe(5);
    expect(remainingDays(resume(clock, on), on, calendar)).toBe(5);
  });
});
