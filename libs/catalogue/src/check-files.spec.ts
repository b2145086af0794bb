import { checkFiles } from './check-files.js';
import { readFiles, type Files } from './files.js';
import { SHIPPED_FOLDER } from './load-catalogue.js';

const shipped = readFiles(SHIPPED_FOLDER);

function faultsAfter(change: (files: Files) => void): string[] {
  const files = readFiles(SHIPPED_FOLDER);
  change(files);
  return checkFiles(files).map(({ file, path, reason }) => `${file} ${path}: ${reason}`);
}

const newcomer = { 'zh-CN': '新', en: 'New' };
const at = <T extends { code: string }>(entries: T[], code: string): T =>
  entries.find((entry) => entry.code === code)!;

describe('files that hang together', () => {
  it('have no fault', () => {
    expect(faultsAfter(() => undefined)).toEqual([]);
  });

  it('need no provider of what is not offered in a city, or in one of its districts', () => {
    const withoutGas = (files: Files) => {
      files.providers = files.providers.filter(({ id }) => id !== 'weihai-gas' && id !== 'rizhao-heat');
      at(files.districts, '371000').utilities = ['water', 'electricity', 'heat', 'telecom'];
      for (const district of at(files.districts, '371100').districts)
        district.utilities = ['water', 'electricity', 'gas', 'telecom'];
    };
    expect(faultsAfter(withoutGas)).toEqual([]);
  });

  it('may hand a district from one provider to the next', () => {
    const replaceProvider = ({ providers }: Files) => {
      const old = providers.find(({ id }) => id === 'weihai-gas')!;
      providers.push({ ...old, id: 'new-gas', effectiveFrom: '2027-01-01' });
      old.effectiveTo = '2026-12-31';
    };
    expect(faultsAfter(replaceProvider)).toEqual([]);
  });
});

describe('files that do not hang together are named with place and reason', () => {
  const cases: [string, (files: Files) => void, string][] = [
    [
      'a year is missing',
      ({ calendar }) => calendar.splice(1, 1),
      'calendar.json /1/year: 2024 does not follow 2022',
    ],
    [
      'a day off does not exist',
      ({ calendar }) => calendar[1]!.off.push('02-29'),
      'calendar.json /1/off/6: 2023 has no 02-29',
    ],
    [
      'a range ends before it starts',
      ({ calendar }) => (calendar[0]!.off[0] = '01-03..01-01'),
      'calendar.json /0/off/0: 01-01 is before 01-03',
    ],
    [
      'a make-up day does not exist',
      ({ calendar }) => calendar[1]!.makeUp.push('02-30'),
      'calendar.json /1/makeUp/7: 2023 has no 02-30',
    ],
    [
      'a make-up day is worked anyway',
      ({ calendar }) => calendar[0]!.makeUp.push('03-01'),
      'calendar.json /0/makeUp/7: 03-01 is no weekend day',
    ],
    [
      'a make-up day is off as well',
      ({ calendar }) => calendar[0]!.makeUp.push('10-02'),
      'calendar.json /0/makeUp/7: 10-02 is also a day off',
    ],
    [
      'a city occurs twice',
      ({ districts }) => districts.push({ ...districts[0]! }),
      `districts.json /${shipped.districts.length}/code: 370100 occurs twice`,
    ],
    [
      'a district occurs twice',
      ({ districts }) => districts[0]!.districts.push(districts[0]!.districts[0]!),
      'districts.json /0/districts/12/code: 370102 occurs twice',
    ],
    [
      'a district belongs to another city',
      ({ districts }) => districts[0]!.districts.push({ code: '370399', name: newcomer }),
      'districts.json /0/districts/12/code: 370399 is no district of 370100',
    ],
    [
      'a field occurs twice',
      ({ fields }) => fields.push({ ...fields[0]! }),
      `fields.json /${shipped.fields.length}/code: accountNumber occurs twice`,
    ],
    [
      'a text field has a minimum',
      ({ fields }) => (fields[0]!.min = 1),
      'fields.json /0/type: a string has no min and max',
    ],
    [
      'a maximum is below the minimum',
      ({ fields }) => (at(fields, 'capacity').max = 0.5),
      'fields.json /5/max: 0.5 is less than 1',
    ],
    [
      'a number has choices',
      ({ fields }) => (at(fields, 'capacity').choices = [{ code: 'a', label: newcomer }]),
      'fields.json /5/choices: a number has no choices',
    ],
    [
      'a number has a pattern',
      ({ fields }) => (at(fields, 'capacity').pattern = '^1$'),
      'fields.json /5/pattern: a number has no pattern',
    ],
    [
      'a material occurs twice',
      ({ materials }) => materials.push({ ...materials[0]! }),
      'materials.json /9/code: ID_CARD occurs twice',
    ],
    [
      'a stage has two names for one utility',
      ({ stages }) => stages.push({ code: 'SURVEY', utilities: ['heat', 'gas'], name: newcomer }),
      `stages.json /${shipped.stages.length}/utilities/1: gas already has SURVEY`,
    ],
    [
      'a reason occurs twice',
      ({ reasons }) => reasons.push({ ...reasons[0]! }),
      'reasons.json /23/code: material-missing occurs twice',
    ],
    [
      'a reason that services give is missing',
      (files) => (files.reasons = files.reasons.filter(({ code }) => code !== 'lapsed')),
      'reasons.json : lapsed, which services use, is missing',
    ],
    [
      'a provider occurs twice',
      ({ providers }) =>
        providers.push({ ...providers[0]!, effectiveFrom: '2021-01-01', effectiveTo: '2021-12-31' }),
      `providers.json /${shipped.providers.length}/id: jinan-water occurs twice`,
    ],
    [
      'a provider serves an unknown district',
      ({ providers }) => providers[0]!.districts.push('371200'),
      'providers.json /0/districts/1: unknown district 371200',
    ],
    [
      'a provider ends before it begins',
      ({ providers }) => (providers[0]!.effectiveTo = '2021-12-31'),
      'providers.json /0/effectiveTo: is before 2022-01-01',
    ],
    [
      'a water provider has a carrier',
      ({ providers }) => (providers[0]!.carrier = 'mobile'),
      'providers.json /0/carrier: only telecom has carriers',
    ],
    [
      'two providers do the same job in one district on one day',
      ({ providers }) => {
        providers[0]!.effectiveTo = '2026-06-30';
        providers.push({
          ...providers[0]!,
          id: 'new-water',
          effectiveFrom: '2026-06-30',
        });
        delete providers.at(-1)!.effectiveTo;
      },
      `providers.json /${shipped.providers.length}/districts: jinan-water serves some of them at the same time`,
    ],
    [
      'something is offered that nobody does there',
      (files) => (files.providers = files.providers.filter(({ id }) => id !== 'weihai-gas')),
      'districts.json /9/districts/0: no provider of gas serves 371002',
    ],
    [
      'a provider ends and none comes after it',
      ({ providers }) => (providers.find(({ id }) => id === 'weihai-gas')!.effectiveTo = '2026-12-31'),
      'districts.json /9/districts/3: 371083 is left without a provider of gas after 2022-01-01',
    ],
    [
      'a part asks for an unknown field',
      ({ parts }) => parts[0]!.fields.push('colour'),
      'parts.json /0/fields/2: unknown field colour',
    ],
    [
      'a part needs an unknown material',
      ({ parts }) => parts[0]!.materials.push('PASSPORT'),
      'parts.json /0/materials/1: unknown material PASSPORT',
    ],
    [
      'a material may be promised that nobody asks for',
      ({ parts }) => parts[0]!.deferrable.push('ID_CARD'),
      'parts.json /0/deferrable/1: ID_CARD is not among the materials',
    ],
    [
      'a part has a stage of another utility',
      ({ parts }) => (parts[0]!.stages[5]!.code = 'SAFETY_CHECK'),
      'parts.json /0/stages/5: unknown stage of water SAFETY_CHECK',
    ],
    [
      'a part has a stage twice',
      ({ parts }) => (parts[0]!.stages[1]!.code = 'ACCEPT'),
      'parts.json /0/stages/1/code: ACCEPT occurs twice',
    ],
    [
      'a stage is planned before the one before it',
      ({ parts }) => (parts[0]!.stages[1]!.plannedDay = 0),
      'parts.json /0/stages/1/plannedDay: is before the stage before it',
    ],
    [
      'the stages do not end with the limit',
      ({ parts }) => (parts[0]!.limit.days = 11),
      'parts.json /0/limit/days: the last stage is not planned for day 11',
    ],
    [
      'two versions of a part are in force at once',
      ({ parts }) => parts.push({ ...parts[0]!, effectiveFrom: '2026-01-01' }),
      `parts.json /${shipped.parts.length}/effectiveFrom: another water-new is in force at the same time`,
    ],
    [
      'two versions of a matter are in force at once',
      ({ matters }) => matters.push({ ...matters[0]!, effectiveFrom: '2026-01-01' }),
      `matters.json /${shipped.matters.length}/effectiveFrom: another JOINT_NEW is in force at the same time`,
    ],
    [
      'a matter has an unknown part',
      ({ matters }) => matters[0]!.parts.push('steam-new'),
      'matters.json /0/parts/5: unknown part steam-new',
    ],
    [
      'a matter has two parts for one utility',
      ({ matters }) => matters[0]!.parts.push('water-transfer'),
      'matters.json /0/parts/5: a second part for water',
    ],
    [
      'a matter outlives its part',
      ({ parts }) => (parts[0]!.effectiveTo = '2026-12-31'),
      'matters.json /0/parts/0: water-new is not in force as long as the matter',
    ],
    [
      'the versions of a part leave a gap',
      ({ parts }) => {
        parts.push({ ...parts[0]!, effectiveFrom: '2027-01-02' });
        parts[0]!.effectiveTo = '2026-12-31';
      },
      'matters.json /0/parts/0: water-new is not in force as long as the matter',
    ],
    [
      'a matter and its part ask for the same material',
      ({ matters }) => matters[0]!.materials.push('SITE_PLAN'),
      'matters.json /0/parts/0: water-new and the matter both ask for SITE_PLAN',
    ],
    [
      'a matter needs an unknown material',
      ({ matters }) => matters[0]!.materials.push('PASSPORT'),
      'matters.json /0/materials/6: unknown material PASSPORT',
    ],
  ];

  it.each(cases)('when %s', (_, change, fault) => {
    expect(faultsAfter(change)).toContain(fault);
  });
});
