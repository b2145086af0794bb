import { dayText, timeText } from './dates.js';
import { el, type PageElement, type PageNode } from './element.js';
import { hasEnded, isApplicantsTurn, type ShownPart } from './shown-status.js';
import { WORDS, type Language } from './words.js';

/** Each utility's part: who has it, since when, and when it will be done. */
export function parcels(parts: readonly ShownPart[], language: Language): PageElement {
  return el(
    'section.parcels',
    { 'aria-labelledby': 'parcels' },
    el('h2', { id: 'parcels' }, WORDS[language].parcels.title),
    ...parts.map((part) => parcel(part, language)),
  );
}

function parcel(part: ShownPart, language: Language): PageElement {
  const { name, provider, stateText, utility } = part;
  return el(
    `article.parcel.parcel--${tone(part)}`,
    { 'aria-labelledby': `part-${utility}` },
    el(
      'h3.parcel__head',
      { id: `part-${utility}` },
      el('span', {}, `${name} `, el('span.parcel__provider', {}, provider.name)),
      ' ',
      el(`span.tag.tag--${tone(part)}`, {}, stateText),
    ),
    el('dl.summary-list', {}, ...facts(part, language)),
    stageList(part, language),
  );
}

/** Colours as counters use them: blue under way, orange the applicant's turn or on hold, green done, red refused or late. */
function tone(part: ShownPart): string {
  if (part.state === 'completed') return 'done';
  if (part.state === 'refused' || part.state === 'failed') return 'refused';
  if (hasEnded(part)) return 'ended';
  if (isApplicantsTurn(part) || part.state === 'held') return 'waiting';
  return part.clock.remainingDays < 0 ? 'late' : 'under-way';
}

function facts(part: ShownPart, language: Language): PageElement[] {
  const words = WORDS[language].parcels;
  const { reason, withdrawal, documents = [], reference } = part;
  const isRunning = !hasEnded(part);
  const reasons = [
    reason?.text,
    reason?.legalBasis && `${words.legalBasis}${colon(language)}${reason.legalBasis}`,
  ];
  return [
    ...row(words.holder, isRunning && holderText(part, language)),
    ...row(isRunning ? words.since : words.ended, timeText(part.since, language)),
    ...row(words.until, isRunning && until(part, language)),
    ...row(words.promised, isRunning && promised(part, language)),
    ...row(words.reason, ...reasons),
    ...row(words.note, part.silence?.text, part.deadlineOutcomeText),
    ...row(words.delivery, isRunning && part.delivery.status !== 'delivered' && part.delivery.text),
    ...row(words.withdrawal, withdrawal?.text, withdrawal?.reason?.text),
    ...row(words.rerouted, part.reroutedFor?.text),
    ...row(words.reference, reference),
    ...row(words.documents, ...documents.map(documentLink)),
  ];
}

function row(name: string, ...values: (PageNode | undefined | false)[]): PageElement[] {
  const said = values.filter((value): value is PageNode => Boolean(value));
  if (said.length === 0) return [];
  return [el('div.summary-list__row', {}, el('dt', {}, name), ...said.map((value) => el('dd', {}, value)))];
}

const colon = (language: Language): string => WORDS[language].timeline.colon;

function holderText(part: ShownPart, language: Language): string {
  const { holders } = WORDS[language].parcels;
  if (isApplicantsTurn(part)) return holders.applicant;
  const holder = part.holder ?? (part.delivered ? 'provider' : 'hall');
  return holders[holder as keyof typeof holders] ?? part.provider.name;
}

function until({ holderDeadline, holderDeadlineProvisional }: ShownPart, language: Language) {
  if (!holderDeadline) return undefined;
  const note = holderDeadlineProvisional && WORDS[language].provisional(holderDeadlineProvisional);
  return dayText(holderDeadline, language) + (note ?? '');
}

function promised({ clock }: ShownPart, language: Language): string {
  const { parcels: words, provisional } = WORDS[language];
  const days = clock.running ? words.remaining(clock.remainingDays) : words.stopped;
  return dayText(clock.slaDate, language) + days + (clock.provisional ? provisional(clock.provisional) : '');
}

/** A provider's address is a link only where it is one of the web. */
function documentLink({ kindText, name, url }: NonNullable<ShownPart['documents']>[number]): PageElement {
  const isLink = /^https?:\/\//i.test(url);
  return isLink
    ? el('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, `${kindText} ${name}`)
    : el('span', {}, `${kindText} ${name}`);
}

function stageList({ stages }: ShownPart, language: Language): PageElement | undefined {
  if (stages.length === 0) return undefined;
  const { stages: title } = WORDS[language].parcels;
  return el(
    'details.stages',
    {},
    el('summary', {}, title),
    el('ol', {}, ...stages.map((stage) => el('li', {}, `${stage.name} `, stageTime(stage, language)))),
  );
}

function stageTime(stage: ShownPart['stages'][number], language: Language): PageElement {
  const { parcels: words, provisional } = WORDS[language];
  const { reachedAt, plannedDate, provisional: note } = stage;
  const planned = words.planned(dayText(plannedDate, language)) + (note ? provisional(note) : '');
  return el(
    'span.stages__time',
    {},
    reachedAt ? `${words.reached(timeText(reachedAt, language))}${WORDS[language].comma}${planned}` : planned,
  );
}
