import { dayOf, dayText, timeText } from './dates.js';
import { el, type PageElement } from './element.js';
import { hasEnded, type ShownPart, type ShownStatus } from './shown-status.js';
import { WORDS, type Language } from './words.js';

interface Entry {
  /** Sorts: a day, or an instant. */
  at: string;
  text: string;
  note?: string;
  isPlanned: boolean;
}

/** What is older is folded: five parts have some thirty events, and the newest tell where it is. */
const SHOWN = 6;

/** All parts on one line, newest first: what is planned next, then what has happened. */
export function timeline(status: ShownStatus, language: Language): PageElement {
  const words = WORDS[language].timeline;
  const planned = status.parts.filter((part) => !hasEnded(part)).flatMap((part) => plans(part, language));
  const happened = [
    { at: status.registeredAt, text: words.registered, isPlanned: false },
    ...status.parts.flatMap((part) => events(part, language)),
  ];
  const news = newestFirst(happened);
  const list = (entries: readonly Entry[]) => el('ol', {}, ...entries.map((entry) => item(entry, language)));
  const earlier = news.slice(SHOWN);
  return el(
    'section.timeline',
    { 'aria-labelledby': 'timeline' },
    el('h2', { id: 'timeline' }, words.title),
    list([...newestFirst(planned), ...news.slice(0, SHOWN)]),
    earlier.length > 0 && el('details', {}, el('summary', {}, words.earlier(earlier.length)), list(earlier)),
  );
}

/** Of what has one time, the later step comes first. */
const newestFirst = (entries: readonly Entry[]): Entry[] =>
  entries
    .slice()
    .reverse()
    .sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));

function plans({ name, stages, clock }: ShownPart, language: Language): Entry[] {
  const { colon, promised } = WORDS[language].timeline;
  const next = stages.find(({ reachedAt }) => !reachedAt);
  const end = { at: clock.slaDate, text: name + colon + promised, note: clock.provisional, isPlanned: true };
  if (!next || next.plannedDate >= clock.slaDate) return [end];
  const text = name + colon + next.name;
  return [{ at: next.plannedDate, text, note: next.provisional, isPlanned: true }, end];
}

function events(part: ShownPart, language: Language): Entry[] {
  const { colon } = WORDS[language].timeline;
  const reached = part.stages.flatMap(({ name, reachedAt }) =>
    reachedAt ? [{ at: reachedAt, text: part.name + colon + name, isPlanned: false }] : [],
  );
  const isNews = part.state !== 'placed' && !reached.some(({ at }) => at === part.since);
  const reason = part.reason && `${colon}${part.reason.text}`;
  const state = {
    at: part.since,
    text: part.name + colon + part.stateText + (reason ?? ''),
    isPlanned: false,
  };
  return isNews ? [...reached, state] : reached;
}

function item({ at, text, note, isPlanned }: Entry, language: Language): PageElement {
  const { timeline: words, provisional } = WORDS[language];
  const when = isPlanned ? `${words.planned} ${dayText(at, language)}` : timeText(at, language);
  return el(
    `li.timeline__item${isPlanned ? '.timeline__item--planned' : ''}`,
    {},
    el('time', { datetime: isPlanned ? at : dayOf(at) }, when),
    el('p', {}, text, note && provisional(note)),
  );
}
