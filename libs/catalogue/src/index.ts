export {
  Calendar,
  addWorkingDays,
  isWorkingDay,
  lastDayOf,
  shanghaiDate,
  workingDaysBetween,
} from './calendar.js';
export { CalendarYear } from './calendar-year.js';
export { Catalogue } from './catalogue.js';
export { CatalogueInvalid, type Fault } from './catalogue-invalid.js';
export type { City, District } from './district.js';
export { loadCatalogue } from './load-catalogue.js';
export type {
  ApplicantKind,
  Choice,
  Field,
  Limit,
  MaterialKind,
  MaterialNeed,
  Matter,
  Part,
  Personal,
  PersonalField,
  Stage,
} from './matter.js';
export {
  nameOfItem,
  nameOfMaterial,
  nameOfMatter,
  nameOfProvider,
  nameOfReason,
  shownFields,
  STATE_NAMES,
  UTILITY_NAMES,
  valueText,
  type Named,
} from './names.js';
export { isInForce } from './in-force.js';
export { checkNotice, differenceOf, type CalendarDifference } from './notice.js';
export { pickProvider, type ProviderQuery } from './pick-provider.js';
export {
  defaultHolderDeadline,
  materialsNeeded,
  partOf,
  personalFields,
  plannedDate,
  promisedDate,
  PROVISIONAL,
} from './promises.js';
export { CARRIERS, serves, type Carrier, type Provider } from './provider.js';
export { SYSTEM_REASONS, REASON_KINDS, type Reason, type ReasonKind } from './reason.js';
export { TEMPLATE_ACTIONS, type ReplyTemplate, type TemplateAction } from './reply-template.js';
export { statutoryHolidays } from './statutory-holidays.js';
export type { Text } from './text.js';
