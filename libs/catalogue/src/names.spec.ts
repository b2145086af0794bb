import { JOB_STATES, LANGUAGES } from '@lianban/contracts';
import type { Catalogue } from './catalogue.js';
import { loadCatalogue } from './load-catalogue.js';
import {
  nameOfItem,
  nameOfMaterial,
  nameOfMatter,
  nameOfProvider,
  nameOfReason,
  STATE_NAMES,
  valueText,
} from './names.js';
import type { Text } from './text.js';

const catalogue: Catalogue = loadCatalogue();
const TODAY = '2026-11-23';
const matters = catalogue.matters(TODAY);
const parts = matters.flatMap((matter) => matter.parts);
const fields = [...new Map(parts.flatMap((part) => part.fields).map((each) => [each.code, each])).values()];
const materials = [
  ...new Set([...matters, ...parts].flatMap(({ materials: all }) => all.map(({ code }) => code))),
];

/** In every language, in the letters of that language, and no code. */
function expectLabel(code: string, label: Text): void {
  for (const language of LANGUAGES) {
    expect(label[language].trim()).not.toBe('');
    expect(label[language]).not.toBe(code);
    if (/[-_.A-Z]/.test(code)) expect(label[language]).not.toContain(code);
  }
  expect(label['zh-CN']).toMatch(/\p{Script=Han}/u);
  expect(label.en).not.toMatch(/\p{Script=Han}/u);
}

describe('every code that a person may be shown has a label in both languages:', () => {
  it('matters', () => {
    expect(matters.length).toBeGreaterThan(0);
    for (const { code } of matters) expectLabel(code, nameOfMatter(code, TODAY, catalogue));
  });

  it.each(materials)('the material %s', (code) => {
    expectLabel(code, nameOfMaterial(code, catalogue));
    expect(nameOfItem(code, catalogue)).toEqual(nameOfMaterial(code, catalogue));
  });

  it.each(fields.map((field) => [field.code, field] as const))(
    'the field %s and its choices',
    (code, field) => {
      expectLabel(code, nameOfItem(`fields.${code}`, catalogue));
      expect(nameOfItem(code, catalogue)).toEqual(nameOfItem(`fields.${code}`, catalogue));
      for (const choice of field.choices ?? []) expect(valueText(field, choice.code)).toEqual(choice.label);
    },
  );

  it('reasons, also where a correction asks for what they name', () => {
    const reasons = catalogue.allReasons();
    expect(reasons.length).toBeGreaterThan(0);
    for (const { code } of reasons) {
      expectLabel(code, nameOfReason(code, catalogue));
      expect(nameOfItem(code, catalogue)).toEqual(nameOfReason(code, catalogue));
    }
  });

  it('stages, providers and states', () => {
    for (const { stages } of parts) for (const { code, name } of stages) expectLabel(code, name);
    for (const { id } of catalogue.providers()) expectLabel(id, nameOfProvider(id, catalogue));
    for (const state of JOB_STATES) expect(STATE_NAMES[state]['zh-CN']).toMatch(/\p{Script=Han}/u);
  });

  it('even one that the catalogue does not know', () => {
    expectLabel('fields.taste', nameOfItem('fields.taste', catalogue));
    expectLabel('no-such-reason', nameOfReason('no-such-reason', catalogue));
    expectLabel('NO_SUCH', nameOfMaterial('NO_SUCH', catalogue));
    expectLabel('atlantis-water', nameOfProvider('atlantis-water', catalogue));
    expectLabel('TEA', nameOfMatter('TEA', TODAY, catalogue));
  });
});

it('names a value in words', () => {
  const field = (code: string) => fields.find((each) => each.code === code)!;
  expect(valueText(field('heatedArea'), 96.5).en).toBe('96.5 m²');
  expect(valueText(field('heatingKind'), 'floor')['zh-CN']).toBe('地暖');
});
