import { HOLDERS, UTILITIES } from '@lianban/contracts';
import { isWorkingDay } from './calendar.js';
import { districtsOf } from './district.js';
import { readFiles } from './files.js';
import { loadCatalogue, SHIPPED_FOLDER } from './load-catalogue.js';
import { pickProvider } from './pick-provider.js';
import { CARRIERS } from './provider.js';

const catalogue = loadCatalogue();
const TODAY = '2026-11-23';
const districts = readFiles(SHIPPED_FOLDER).districts.flatMap(districtsOf);

describe('the shipped catalogue', () => {
  it('offers both joint matters for all five utilities, each utility alone, and high voltage', () => {
    const offered = Object.fromEntries(
      catalogue.matters(TODAY).map(({ code, parts }) => [code, parts.map(({ utility }) => utility)]),
    );
    expect(offered).toEqual({
      JOINT_NEW: [...UTILITIES],
      JOINT_TRANSFER: [...UTILITIES],
      WATER_NEW: ['water'],
      WATER_TRANSFER: ['water'],
      ELEC_NEW: ['electricity'],
      ELEC_NEW_HV: ['electricity'],
      ELEC_NEW_HV_DUAL: ['electricity'],
      ELEC_TRANSFER: ['electricity'],
      GAS_NEW: ['gas'],
      GAS_TRANSFER: ['gas'],
      HEAT_NEW: ['heat'],
      HEAT_TRANSFER: ['heat'],
      TEL_NEW: ['telecom'],
      TEL_TRANSFER: ['telecom'],
    });
  });

  it('has a provider of every utility in the 136 districts of the sixteen cities of Shandong', () => {
    expect(districts).toHaveLength(136);
    expect(new Set(districts.map(({ city }) => city.code)).size).toBe(16);
    for (const { code: district } of districts)
      for (const utility of UTILITIES) {
        const found = CARRIERS.map((carrier) =>
          pickProvider(catalogue, { utility, district, carrier, date: TODAY }),
        );
        expect(found.some((provider) => provider?.utility === utility)).toBe(true);
      }
  });

  it('has the Pinyin of every district, which its English name agrees with', () => {
    const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
    for (const { name, pinyin } of districts)
      expect(letters(pinyin!)).toMatch(
        new RegExp(`^${letters(name.en).replace(/(county|district|city)$/, '')}`),
      );
  });

  it('has water and gas companies of single districts beside those of the city', () => {
    const serving = (utility: 'water' | 'gas', district: string) =>
      pickProvider(catalogue, { utility, district, date: TODAY })?.id;
    expect([serving('water', '370211'), serving('water', '370215'), serving('water', '370202')]).toEqual([
      'qingdao-huangdao-water',
      'qingdao-jimo-water',
      'qingdao-water',
    ]);
    expect([serving('gas', '371323'), serving('gas', '371302')]).toEqual(['linyi-north-gas', 'linyi-gas']);
  });

  it('lets the carriers of its providers be chosen, and none other than the field offers', () => {
    const field = catalogue.matter('TEL_NEW', TODAY)?.parts[0]?.fields.find(({ code }) => code === 'carrier');
    const offered = field?.choices?.map(({ code }) => code);
    const existing = new Set(catalogue.providers('telecom').map(({ carrier }) => carrier));
    expect(new Set(offered)).toEqual(existing);
  });

  it('reaches each provider of Jinan in the dialect of its utility, those of Zibo in house dialects', () => {
    const spoken = (city: string): object =>
      Object.fromEntries(
        catalogue
          .providers()
          .filter(({ id }) => id.startsWith(city))
          .map(({ id, dialect, retrySafety }) => [id.slice(city.length + 1), `${dialect} by ${retrySafety}`]),
      );
    expect(spoken('jinan')).toEqual({
      water: 'water-soap by status-query',
      electricity: 'grid-rest by idempotency-key',
      gas: 'gas-rest by status-query',
      heat: 'heat-sftp by idempotency-key',
      mobile: 'tmf641 by status-query',
      unicom: 'tmf641 by status-query',
    });
    expect(spoken('zibo')).toEqual({
      water: 'webhook by idempotency-key',
      electricity: 'webhook by idempotency-key',
      gas: 'webhook by idempotency-key',
      heat: 'workbench by idempotency-key',
      telecom: 'tmf641 by status-query',
    });
    expect(catalogue.provider('zibo-heat')).toMatchObject({ dialect: 'workbench' });
    expect(catalogue.provider('zibo-heat')).not.toHaveProperty('endpoint');
  });

  it('names every stage in both languages and plans the last for the limit', () => {
    for (const { parts } of catalogue.matters(TODAY))
      for (const { stages, limit } of parts) {
        expect(stages.every(({ name }) => name['zh-CN'] && name.en)).toBe(true);
        expect(stages.at(-1)?.plannedDay).toBe(limit.days);
      }
  });

  it('asks in a transfer for the account number, in words that the providers accept or not', () => {
    for (const { parts } of [catalogue.matter('JOINT_TRANSFER', TODAY)!])
      for (const { fields } of parts) expect(fields.some(({ isAccount }) => isAccount)).toBe(true);
    const { accountPattern } = catalogue.provider('jinan-electricity')!;
    const accepted = ['0123456789', '0123456789012', '01234567890', 'A123456789'].map((number) =>
      new RegExp(accountPattern, 'u').test(number),
    );
    expect(accepted).toEqual([true, true, false, false]);
  });

  it('lets no account pattern match only a piece of a number', () => {
    for (const { accountPattern } of catalogue.providers()) expect(accountPattern).toMatch(/^\^.*\$$/);
  });

  it.each([
    ['lapsed', 'withdrawal', undefined],
    ['withdrawn-by-applicant', 'withdrawal', undefined],
    ['not-ours', 'held', 'hall'],
    ['material-missing', 'waiting', 'applicant'],
    ['material-unclear', 'waiting', 'applicant'],
    ['permit', 'held', 'authority'],
    ['customer-works', 'held', 'applicant'],
    ['contract-signing', 'held', 'applicant'],
    ['expert-review', 'held', 'authority'],
    ['force-majeure', 'held', 'provider'],
    ['no-capacity', 'refused', 'provider'],
    ['arrears', 'refused', 'applicant'],
    ['illegal-building', 'refused', undefined],
    ['not-covered', 'refused', undefined],
    ['withdrawal-too-late', 'withdrawal-refused', undefined],
    ['rerouted', 'withdrawal', undefined],
    ['given-up', 'failed', undefined],
    ['provider-silent', 'held', 'hall'],
    ['not-ours', 'rerouted', 'hall'],
    ['not-covered', 'rerouted', undefined],
    ['duplicate', 'refused', undefined],
    ['invalid-address', 'refused', 'applicant'],
  ])('has the reason %s, which may explain %s, held by %s', (code, kind, holder) => {
    const reason = catalogue.reason(code);
    expect(reason?.kinds).toContain(kind);
    expect(reason?.holder).toBe(holder);
  });

  it('has an owner for whatever stops a job', () => {
    const codes = [
      'not-ours',
      'permit',
      'expert-review',
      'external-works',
      'heating-season',
      'force-majeure',
      'provider-silent',
    ];
    for (const code of codes) expect(HOLDERS).toContain(catalogue.reason(code)?.holder);
  });

  it('knows districts and their city, no city as a district, and none that was abolished', () => {
    expect(catalogue.district('370102')).toMatchObject({
      name: { 'zh-CN': '历下区', en: 'Lixia' },
      city: { code: '370100' },
    });
    expect(catalogue.district('370323')?.city.name.en).toBe('Zibo');
    expect(catalogue.district('370100')).toBeUndefined();
    expect(catalogue.district('371202')).toBeUndefined();
  });

  it('covers 2022 to 2026', () => {
    expect(isWorkingDay(catalogue.calendar, '2022-01-04')).toBe(true);
    expect(isWorkingDay(catalogue.calendar, '2026-12-31')).toBe(true);
  });
});
