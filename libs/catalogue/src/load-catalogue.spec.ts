import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CatalogueInvalid } from './catalogue-invalid.js';
import { loadCatalogue, SHIPPED_FOLDER } from './load-catalogue.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  cpSync(SHIPPED_FOLDER, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Sets what a JSON pointer points at; undefined takes it away. */
function edit(file: string, pointer: string, value: unknown): void {
  const content = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const steps = pointer.split('/').slice(1);
  const last = steps.pop()!;
  steps.reduce((node, step) => node[step], content)[last] = value;
  writeFileSync(join(folder, file), JSON.stringify(content));
}

function refusal(): CatalogueInvalid {
  try {
    loadCatalogue(folder);
  } catch (error) {
    if (error instanceof CatalogueInvalid) return error;
    throw error;
  }
  throw new Error('the catalogue was accepted');
}

describe('loadCatalogue', () => {
  it('reads the shipped folder by default, and a copy of it to the same version', () => {
    expect(loadCatalogue(folder).version).toBe(loadCatalogue().version);
  });

  it('reads again what has changed', () => {
    const { version } = loadCatalogue(folder);
    edit('reasons.json', '/0/name/en', 'Another name');
    expect(loadCatalogue(folder).version).not.toBe(version);
    expect(loadCatalogue().version).toBe(version);
  });

  it('says which file a folder lacks that is not there', () => {
    expect(() => loadCatalogue(join(folder, 'elsewhere'))).toThrow(/calendar\.json/);
  });

  it.each([
    ['calendar.json', '/0/year', '2022', 'year must be an integer number'],
    ['calendar.json', '/0/off', [], 'off should not be empty'],
    ['calendar.json', '/0/off', ['1-1'], 'each value in off must match'],
    ['calendar.json', '/0/makeUp', ['13-01'], 'each value in makeUp must match'],
    ['districts.json', '/0/districts', [], 'districts should not be empty'],
    ['districts.json', '/0/districts', [[]], 'each value in districts must be an object'],
    ['districts.json', '/0/districts/0/code', '37', 'code must match'],
    ['fields.json', '/0/type', 'date', 'type must be one of'],
    ['fields.json', '/0/unit', null, 'unit must be a string'],
    ['fields.json', '/1/choices', undefined, 'choices should not be empty'],
    ['fields.json', '/3/pattern', '(', 'pattern must be a regular expression'],
    ['materials.json', '/0/required', 'sometimes', 'required must be one of'],
    ['materials.json', '/0/name', [], 'name must be an object'],
    ['materials.json', '/0/name/en', '', 'en should not be empty'],
    ['materials.json', '/0/name/zh-CN', undefined, 'zh-CN must be a string'],
    ['matters.json', '/0/applicantKinds', ['dog'], 'each value in applicantKinds must be one of'],
    ['matters.json', '/0/effectiveFrom', '2026-02-30', 'effectiveFrom must be a day'],
    ['matters.json', '/0/effectiveFrom', undefined, 'effectiveFrom must be a day'],
    ['matters.json', '/0/effectiveTo', null, 'effectiveTo must be a day'],
    ['matters.json', '/0/parts', [], 'parts should not be empty'],
    ['parts.json', '/0/utility', 'steam', 'utility must be one of'],
    ['parts.json', '/0/limit/days', 0, 'days must not be less than 1'],
    ['parts.json', '/0/limit/source', undefined, 'source must be a string'],
    ['parts.json', '/0/personal/applicant', ['age'], 'each value in applicant must be one of'],
    ['parts.json', '/0/stages/0/plannedDay', 1.5, 'plannedDay must be an integer'],
    ['providers.json', '/0/utility', 'steam', 'utility must be one of'],
    ['providers.json', '/0/districts', [], 'districts should not be empty'],
    ['providers.json', '/0/districts', undefined, 'districts should not be empty'],
    ['providers.json', '/0/dialect', 'Fax 2', 'dialect must match'],
    ['providers.json', '/0/endpoint', 'https://elsewhere', 'endpoint must match'],
    ['providers.json', '/0/credential', '', 'credential must match'],
    ['providers.json', '/0/accountPattern', '[', 'accountPattern must be a regular expression'],
    ['providers.json', '/0/ratePerSecond', 0, 'ratePerSecond must not be less than 1'],
    ['providers.json', '/4/carrier', undefined, 'carrier must be one of'],
    ['providers.json', '/0/fax', '1', 'property fax should not exist'],
    ['reasons.json', '/0/kinds', ['other'], 'each value in kinds must be one of'],
    ['reasons.json', '/0/holder', undefined, 'holder must be one of'],
    ['reasons.json', '/0/holder', 'dog', 'holder must be one of'],
    ['stages.json', '/0/utilities', [], 'utilities should not be empty'],
  ])('refuses %s with %s = %j, naming file, path and reason', (file, path, value, reason) => {
    edit(file, path, value);
    const { faults, message } = refusal();
    const own = faults.filter((fault) => fault.file === file);
    expect(own.some((fault) => fault.path === path && fault.reason.startsWith(reason))).toBe(true);
    expect(message).toContain(`${file} ${own[0]!.path}: `);
  });

  it('refuses what is no list of objects', () => {
    writeFileSync(join(folder, 'reasons.json'), '{}');
    expect(refusal().faults).toEqual([
      { file: 'reasons.json', path: '', reason: 'must be a list with entries' },
    ]);
    writeFileSync(join(folder, 'reasons.json'), '["lapsed"]');
    expect(refusal().faults).toEqual([{ file: 'reasons.json', path: '/0', reason: 'must be an object' }]);
  });

  it('refuses what is no JSON, and a file that is missing', () => {
    writeFileSync(join(folder, 'parts.json'), '[{');
    expect(refusal().faults).toMatchObject([{ file: 'parts.json', path: '' }]);
    rmSync(join(folder, 'parts.json'));
    expect(refusal().message).toContain('parts.json : ENOENT');
  });

  it('has no words for officers where their file is missing, and refuses wrong ones', () => {
    expect(loadCatalogue(folder).templates('refuse', 'water')).not.toEqual([]);
    edit('templates.json', '/0/actions', ['sing']);
    expect(refusal().faults).toMatchObject([{ file: 'templates.json', path: '/0/actions' }]);
    rmSync(join(folder, 'templates.json'));
    expect(loadCatalogue(folder).templates('refuse', 'water')).toEqual([]);
  });

  it('refuses what does not hang together', () => {
    edit('matters.json', '/0/parts/0', 'steam-new');
    expect(refusal().faults).toEqual([
      { file: 'matters.json', path: '/0/parts/0', reason: 'unknown part steam-new' },
    ]);
  });

  it('names every fault of a file at once', () => {
    edit('providers.json', '/0/dialect', 'Fax 2');
    edit('providers.json', '/3/concurrency', 0);
    expect(refusal().faults.map(({ path }) => path)).toEqual(['/0/dialect', '/3/concurrency']);
  });
});
