import type { Fault } from './catalogue-invalid.js';
import { checkSpan, checkUnique, checkKnown, type Check } from './checks.js';
import { districtsOf, type City } from './district.js';
import type { Files } from './files.js';
import { doCover, doOverlap } from './in-force.js';
import { serves, type Provider } from './provider.js';

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

/** Every district where something is offered that no provider does, or no longer. */
export function findGaps({ districts, providers }: Files): Fault[] {
  return districts.flatMap((city, cityIndex) =>
    districtsOf(city).flatMap((district, index) =>
      district.utilities.flatMap((utility) => {
        const serving = providers.filter((each) => each.utility === utility && serves(each, district));
        const [effectiveFrom] = serving.map((each) => each.effectiveFrom).toSorted();
        if (effectiveFrom && doCover(serving, { effectiveFrom })) return [];
        const reason = effectiveFrom
          ? `${district.code} is left without a provider of ${utility} after ${effectiveFrom}`
          : `no provider of ${utility} serves ${district.code}`;
        return [{ file: 'districts.json', path: `/${cityIndex}/districts/${index}`, reason }];
      }),
    ),
  );
}
