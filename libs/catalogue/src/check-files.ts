import type { Fault } from './catalogue-invalid.js';
import { checkYear } from './check-calendar.js';
import { checkField, checkMatter, checkPart, checkStage } from './check-matters.js';
import { checkCity, checkProvider, findGaps } from './check-providers.js';
import { checkEach, checkUnique } from './checks.js';
import type { Files } from './files.js';
import { SYSTEM_REASONS, type Reason } from './reason.js';

/** Every inconsistency among well-formed files. */
export function checkFiles(files: Files): Fault[] {
  return [
    ...checkEach('calendar.json', files.calendar, checkYear),
    ...checkEach('districts.json', files.districts, checkCity),
    ...checkEach('fields.json', files.fields, checkField),
    ...checkEach('materials.json', files.materials, checkUnique),
    ...checkEach('stages.json', files.stages, checkStage),
    ...checkEach('templates.json', files.templates, checkUnique),
    ...checkEach('reasons.json', files.reasons, checkUnique),
    ...missingReasons(files.reasons),
    ...checkEach('providers.json', files.providers, checkProvider(files)),
    ...findGaps(files),
    ...checkEach('parts.json', files.parts, checkPart(files)),
    ...checkEach('matters.json', files.matters, checkMatter(files)),
  ];
}

function missingReasons(reasons: Reason[]): Fault[] {
  const missing = SYSTEM_REASONS.filter((code) => !reasons.some((reason) => reason.code === code));
  return missing.map((code) => ({
    file: 'reasons.json',
    path: '',
    reason: `${code}, which services use, is missing`,
  }));
}
