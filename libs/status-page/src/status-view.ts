import { dayText, timeText } from './dates.js';
import { el, type PageElement } from './element.js';
import { nextSteps } from './next-steps.js';
import { parcels } from './parcels.js';
import { hasEnded, type ShownStatus } from './shown-status.js';
import { timeline } from './timeline.js';
import { WORDS, type Language } from './words.js';

/** A request as its applicant sees it: what he does next, how far it is, each part, everything on one line. */
export function statusView(status: ShownStatus, language: Language): PageElement {
  return el(
    'div.status',
    {},
    el('h1', { tabindex: '-1' }, WORDS[language].title),
    nextSteps(status, language),
    overall(status, language),
    parcels(status.parts, language),
    timeline(status, language),
    summary(status, language),
  );
}

function overall(status: ShownStatus, language: Language): PageElement {
  return el(
    'section.overall',
    { 'aria-labelledby': 'overall' },
    el('h2', { id: 'overall' }, WORDS[language].status),
    el('p.overall__text', {}, status.text),
    finish(status, language),
  );
}

/** When the last part will be done. */
function finish({ parts }: ShownStatus, language: Language): PageElement | undefined {
  const clocks = parts.filter((part) => !hasEnded(part)).map(({ clock }) => clock);
  const last = clocks.sort((one, other) => (one.slaDate < other.slaDate ? 1 : -1))[0];
  if (!last) return undefined;
  const { finish: text, provisional } = WORDS[language];
  return el(
    'p',
    {},
    text(dayText(last.slaDate, language)),
    last.provisional && provisional(last.provisional),
  );
}

function summary(status: ShownStatus, language: Language): PageElement {
  const words = WORDS[language].summary;
  const rows: [string, string | undefined][] = [
    [words.matter, status.matter.name],
    [words.applicant, status.applicant],
    [words.receiptNumber, status.receiptNumber],
    [words.registered, timeText(status.registeredAt, language)],
    [words.ended, status.endedAt && timeText(status.endedAt, language)],
  ];
  return el(
    'dl.summary-list.summary-list--request',
    {},
    ...rows
      .filter(([, value]) => value)
      .map(([name, value]) => el('div.summary-list__row', {}, el('dt', {}, name), el('dd', {}, value!))),
  );
}
