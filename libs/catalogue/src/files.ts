import { createHash } from 'node:crypto';
import { CalendarYear } from './calendar-year.js';
import { City } from './district.js';
import { Field, MaterialKind, MatterEntry, PartEntry, StageName } from './matter.js';
import { Provider } from './provider.js';
import { readEntries, readOptionalEntries } from './read-file.js';
import { Reason } from './reason.js';
import { ReplyTemplate } from './reply-template.js';

/** The contents of the folder, each file's form validated. */
export interface Files {
  calendar: CalendarYear[];
  districts: City[];
  fields: Field[];
  materials: MaterialKind[];
  matters: MatterEntry[];
  parts: PartEntry[];
  providers: Provider[];
  reasons: Reason[];
  stages: StageName[];
  templates: ReplyTemplate[];
}

export function readFiles(folder: string): Files {
  return {
    calendar: readEntries(folder, 'calendar.json', CalendarYear),
    districts: readEntries(folder, 'districts.json', City),
    fields: readEntries(folder, 'fields.json', Field),
    materials: readEntries(folder, 'materials.json', MaterialKind),
    matters: readEntries(folder, 'matters.json', MatterEntry),
    parts: readEntries(folder, 'parts.json', PartEntry),
    providers: readEntries(folder, 'providers.json', Provider),
    reasons: readEntries(folder, 'reasons.json', Reason),
    stages: readEntries(folder, 'stages.json', StageName),
    templates: readOptionalEntries(folder, 'templates.json', ReplyTemplate),
  };
}

/** Equal contents have equal versions, whatever their formatting. */
export const versionOf = (files: Files): string =>
  createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
