import type { Utility } from '@lianban/contracts';
import { Catalogue } from './catalogue.js';
import { checkFiles } from './check-files.js';
import { readFiles, type Files } from './files.js';
import { loadCatalogue, SHIPPED_FOLDER } from './load-catalogue.js';
import { pickProvider } from './pick-provider.js';
import {
  defaultHolderDeadline,
  materialsNeeded,
  partOf,
  personalFields,
  plannedDate,
  promisedDate,
} from './promises.js';

const catalogue = loadCatalogue();
const { calendar } = catalogue;
const TODAY = '2026-11-23';
const jointNew = catalogue.matter('JOINT_NEW', TODAY)!;

function changed(change: (files: Files) => void): Catalogue {
  const files = readFiles(SHIPPED_FOLDER);
  change(files);
  expect(checkFiles(files)).toEqual([]);
  return new Catalogue(files);
}

const pick = (utility: Utility, district: string, carrier?: string, on = TODAY) =>
  pickProvider(catalogue, { utility, district, carrier, date: on })?.id;

describe('pickProvider', () => {
  it('finds the provider of the city that the district belongs to', () => {
    expect(pick('water', '370102')).toBe('jinan-water');
    expect(pick('water', '370303')).toBe('zibo-water');
  });

  it('finds the provider of the district before that of the city', () => {
    const withTwo = changed(({ providers }) =>
      providers.push({ ...providers[0]!, id: 'laiwu-water', districts: ['370116', '370117'] }),
    );
    const responsible = ['370116', '370117', '370114'].map(
      (district) => pickProvider(withTwo, { utility: 'water', district, date: TODAY })?.id,
    );
    expect(responsible).toEqual(['laiwu-water', 'laiwu-water', 'jinan-water']);
  });

  it('finds nobody in another province, in an unknown district, or for a city', () => {
    expect(['110105', '370199', '370100'].map((district) => pick('water', district))).toEqual(
      Array(3).fill(undefined),
    );
  });

  it('needs a carrier for telecom and takes only one that serves there', () => {
    expect(pick('telecom', '370102')).toBeUndefined();
    expect(pick('telecom', '370102', 'unicom')).toBe('jinan-unicom');
    expect(pick('telecom', '370102', 'telecom')).toBeUndefined();
    expect(pick('telecom', '370303', 'telecom')).toBe('zibo-telecom');
  });

  it('does not mind a carrier where the utility has none', () => {
    expect(pick('gas', '370102', 'mobile')).toBe('jinan-gas');
  });

  it('finds nobody before the provider takes jobs', () => {
    expect(pick('water', '370102', undefined, '2021-12-31')).toBeUndefined();
  });

  it('hands over from one provider to the next on the day', () => {
    const handedOver = changed(({ providers }) => {
      const first = providers[0]!;
      providers.push({ ...first, id: 'jinan-water-two', effectiveFrom: '2026-07-01' });
      first.effectiveTo = '2026-06-30';
    });
    const wanted = { utility: 'water', district: '370102' } as const;
    expect(pickProvider(handedOver, { ...wanted, date: '2026-06-30' })?.id).toBe('jinan-water');
    expect(pickProvider(handedOver, { ...wanted, date: '2026-07-01' })?.id).toBe('jinan-water-two');
  });

  it('keeps two providers of one utility apart by district, and has none where the utility is not offered', () => {
    const apart = changed(({ providers, districts }) => {
      providers.push({ ...providers[0]!, id: 'zhangqiu-water', districts: ['370114'] });
      districts[0]!.districts.find(({ code }) => code === '370104')!.utilities = ['gas'];
    });
    const found = ['370103', '370114', '370104'].map(
      (district) => pickProvider(apart, { utility: 'water', district, date: TODAY })?.id,
    );
    expect(found).toEqual(['jinan-water', 'zhangqiu-water', undefined]);
  });
});

describe('Catalogue', () => {
  it('has no matter before it is in force, and none of an unknown code', () => {
    expect(catalogue.matter('JOINT_NEW', '2021-12-31')).toBeUndefined();
    expect(catalogue.matters('2021-12-31')).toEqual([]);
    expect(catalogue.matter('WATER_NEWS', TODAY)).toBeUndefined();
  });

  it('shows a part as of the day', () => {
    const dated = changed(({ parts }) => {
      const first = parts[0]!;
      const stages = [{ code: 'ACCEPT', plannedDay: 3 }];
      const limit = { days: 3, source: 'two-step promise' };
      parts.push({ ...first, effectiveFrom: '2027-01-01', limit, stages });
      first.effectiveTo = '2026-12-31';
    });
    const days = ['2026-12-31', '2027-01-01'].map(
      (on) => dated.matter('WATER_NEW', on)?.parts[0]?.limit.days,
    );
    expect(days).toEqual([12, 3]);
    expect(dated.stages('WATER_NEW', 'water', '2027-01-01').map(({ code }) => code)).toEqual(['ACCEPT']);
  });

  it('calls one stage by the name that the utility uses', () => {
    const lastOf = (utility: Utility) => catalogue.stages('JOINT_NEW', utility, TODAY).at(-1)?.name.en;
    expect([lastOf('water'), lastOf('gas')]).toEqual(['Water on', 'Gas on']);
  });

  it('has no stages for a utility that has no part in the matter', () => {
    expect(catalogue.stages('WATER_NEW', 'gas', TODAY)).toEqual([]);
  });

  it('keeps its version as long as its content stays', () => {
    const same = changed(() => undefined);
    const other = changed(({ materials }) => (materials[0]!.name.en = 'Citizen card'));
    expect(catalogue.version).toMatch(/^[0-9a-f]{12}$/);
    expect(same.version).toBe(catalogue.version);
    expect(other.version).not.toBe(catalogue.version);
  });

  it('looks up materials and providers, and gives nothing for what it does not know', () => {
    expect(catalogue.material('ID_CARD')?.name['zh-CN']).toBe('居民身份证');
    expect(catalogue.providers().length).toBeGreaterThan(catalogue.providers('telecom').length);
    expect([catalogue.material('X'), catalogue.provider('x'), catalogue.reason('x')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('what is promised', () => {
  const water = partOf(jointNew, 'water')!;

  it('is the limit in working days after registration', () => {
    expect(promisedDate(partOf(jointNew, 'electricity')!, calendar, '2022-09-29')).toBe('2022-10-12');
  });

  it('plans every stage, the last for the promised date', () => {
    const planned = water.stages.map((stage) => plannedDate(stage, calendar, '2022-09-29'));
    expect(planned[0]).toBe('2022-09-30');
    expect(planned.at(-1)).toBe(promisedDate(water, calendar, '2022-09-29'));
  });

  it('gives the holder the days of the reason, else of the part', () => {
    const due = (code: string) =>
      defaultHolderDeadline(water, catalogue.reason(code)!, calendar, '2026-11-23');
    expect(due('material-missing')).toBe('2026-11-30');
    expect(due('permit')).toBe('2026-12-02');
    expect(due('expert-review')).toBe('2026-12-07');
  });
});

describe('what a part needs', () => {
  const codes = (applicant: 'person' | 'organisation', hasAgent: boolean) =>
    materialsNeeded(jointNew, 'water', { applicant, hasAgent }).map(({ code }) => code);

  it('depends on who asks and whether he came himself', () => {
    expect(codes('person', false)).toEqual(['ID_CARD', 'PROPERTY_CERT']);
    expect(codes('person', true)).toEqual(['ID_CARD', 'POA', 'AGENT_ID', 'PROPERTY_CERT']);
    expect(codes('organisation', false)).toEqual([
      'BUSINESS_LICENCE',
      'LEGAL_REP_ID',
      'PROPERTY_CERT',
      'SITE_PLAN',
    ]);
  });

  it('can be promised for later only if the matter allows it', () => {
    const propertyOf = (code: string) =>
      catalogue.matter(code, TODAY)?.materials.find((material) => material.code === 'PROPERTY_CERT')
        ?.deferrable;
    expect([propertyOf('WATER_NEW'), propertyOf('WATER_TRANSFER')]).toEqual([true, false]);
  });

  it('lets a utility know no more of the people than it is listed for', () => {
    expect(personalFields(jointNew, 'water').agent).toEqual(['name', 'phone']);
    expect(personalFields(jointNew, 'telecom').agent).toContain('documentNumber');
    expect(personalFields(catalogue.matter('WATER_NEW', TODAY)!, 'gas')).toEqual({
      applicant: [],
      agent: [],
    });
  });
});
