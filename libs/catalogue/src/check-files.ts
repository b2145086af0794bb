import type { Fault } from './catalogue-invalid.js';
import { checkYear } from './check-calendar.js';
import { checkField, checkMatter, checkPart, checkStage } from './check-matters.js';
import { checkCity, checkProvider } from './check-providers.js';
import { each, once } from './checks.js';
import type { Files } from './files.js';
import { HOUSE_REASONS, type Reason } from './reason.js';

/** Everything that does not hang together among files whose form is right. */
export function checkFiles(files: Files): Fault[] {
  return [
    ...each('calendar.json', files.calendar, checkYear),
    ...each('districts.json', files.districts, checkCity),
    ...each('fields.json', files.fields, checkField),
    ...each('materials.json', files.materials, once),
    ...each('stages.json', files.stages, checkStage),
    ...each('reasons.json', files.reasons, once),
    ...missingReasons(files.reasons),
    ...each('providers.json', files.providers, checkProvider(files)),
    ...each('parts.json', files.parts, checkPart(files)),
    ...each('matters.json', files.matters, checkMatter(files)),
  ];
}

function missingReasons(reasons: Reason[]): Fault[] {
  const missing = HOUSE_REASONS.filter((code) => !reasons.some((reason) => reason.code === code));
  return missing.map((code) => ({
    file: 'reasons.json',
    path: '',
    reason: `${code}, which services give, is missing`,
  }));
}
