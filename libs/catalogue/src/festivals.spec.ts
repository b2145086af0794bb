import { Lunar } from 'lunar-typescript';
import { festivalsOf } from './festivals.js';

const monthDay = (date: { toYmd(): string }) => date.toYmd().slice(5);
const ofLibrary = (year: number) => ({
  springFestival: monthDay(Lunar.fromYmd(year, 1, 1).getSolar()),
  qingming: monthDay(Lunar.fromYmd(year, 1, 1).getJieQiTable()['清明']!),
  dragonBoat: monthDay(Lunar.fromYmd(year, 5, 5).getSolar()),
  midAutumn: monthDay(Lunar.fromYmd(year, 8, 15).getSolar()),
});

describe('the festivals of a year', () => {
  it('are those of the library, in every year from 2000 to 2099', () => {
    for (let year = 2000; year <= 2099; year++)
      expect([year, festivalsOf(year)]).toEqual([year, ofLibrary(year)]);
  });

  it('include the Spring Festivals that fall minutes beside midnight in Beijing', () => {
    expect(festivalsOf(2027)?.springFestival).toBe('02-06');
    expect(festivalsOf(2030)?.springFestival).toBe('02-03');
  });

  it('are not known before 2000 and after 2099', () => {
    expect(festivalsOf(1999)).toBeUndefined();
    expect(festivalsOf(2100)).toBeUndefined();
  });
});
