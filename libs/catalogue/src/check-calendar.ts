import { isWeekend } from './calendar.js';
import { isOff, type CalendarYear } from './calendar-year.js';
import type { Check } from './checks.js';
import { isDay } from '@lianban/contracts';

export const checkYear: Check<CalendarYear> = (entry, fail, earlier) => {
  const { year, off, makeUp } = entry;
  const previous = earlier.at(-1)?.year;
  if (previous !== undefined && year !== previous + 1) fail('/year', `${year} does not follow ${previous}`);
  off.forEach((range, index) => checkRange(year, range, (reason) => fail(`/off/${index}`, reason)));
  makeUp.forEach((day, index) => {
    if (!isDay(`${year}-${day}`)) fail(`/makeUp/${index}`, `${year} has no ${day}`);
    else if (!isWeekend(`${year}-${day}`)) fail(`/makeUp/${index}`, `${day} is no weekend day`);
    else if (isOff(entry, day)) fail(`/makeUp/${index}`, `${day} is also a day off`);
  });
};

function checkRange(year: number, range: string, fail: (reason: string) => void): void {
  const [first = range, last = first] = range.split('..');
  const impossible = [first, last].find((day) => !isDay(`${year}-${day}`));
  if (impossible) fail(`${year} has no ${impossible}`);
  else if (last < first) fail(`${last} is before ${first}`);
}
