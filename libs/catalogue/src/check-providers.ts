import { checkSpan, checkUnique, checkKnown, type Check } from './checks.js';
import type { City } from './district.js';
import type { Files } from './files.js';
import { doOverlap } from './in-force.js';
import type { Provider } from './provider.js';

export const checkCity: Check<City> = (city, fail, earlier) => {
  checkUnique(city, fail, earlier);
  city.districts.forEach((district, index) => {
    checkUnique(
      district,
      (path, reason) => fail(`/districts/${index}${path}`, reason),
      city.districts.slice(0, index),
    );
    if (district.code === city.code || district.code.slice(0, 4) !== city.code.slice(0, 4))
      fail(`/districts/${index}/code`, `${district.code} is no district of ${city.code}`);
  });
};

export function checkProvider({ districts }: Files): Check<Provider> {
  const places = districts.flatMap((city) => city.districts);
  const known = new Set([...districts, ...places].map(({ code }) => code));
  return (provider, fail, earlier) => {
    if (earlier.some(({ id }) => id === provider.id)) fail('/id', `${provider.id} occurs twice`);
    checkSpan(provider, fail);
    if (provider.carrier && provider.utility !== 'telecom') fail('/carrier', 'only telecom has carriers');
    checkKnown(provider.districts, known, '/districts', 'district', fail);
    const rival = earlier.find(
      (other) =>
        other.utility === provider.utility &&
        other.carrier === provider.carrier &&
        doOverlap(other, provider) &&
        other.districts.some((code) => provider.districts.includes(code)),
    );
    if (rival) fail('/districts', `${rival.id} serves some of them at the same time`);
  };
}
