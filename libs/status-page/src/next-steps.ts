import { dayText } from './dates.js';
import { el, slot, type PageElement } from './element.js';
import { hasEnded, isApplicantsTurn, type ShownPart, type ShownStatus } from './shown-status.js';
import { WORDS, type Language } from './words.js';

/** What the applicant must do, on top of everything else. */
export function nextSteps(status: ShownStatus, language: Language): PageElement {
  const { title, yourTurn, nothing, ended } = WORDS[language].nextSteps;
  const tasks = status.parts.filter((part) => isApplicantsTurn(part) && !hasEnded(part));
  const isCalm = tasks.length === 0;
  const head = el('h2', { id: 'next-steps' }, isCalm ? title : yourTurn);
  return el(
    `section.next-steps.next-steps--${isCalm ? 'none' : 'yours'}`,
    { 'aria-labelledby': 'next-steps' },
    head,
    isCalm && el('p', {}, status.phase === 'ended' ? ended : nothing),
    tasks.length > 0 && el('ul.task-list', {}, ...tasks.map((part) => task(part, language))),
    status.phase !== 'ended' && promisedMaterials(status, language),
  );
}

function task(part: ShownPart, language: Language): PageElement {
  const { correction, action, until, whereTo, lapses } = WORDS[language].nextSteps;
  const { todo, name, provider, reason } = part;
  const deadline = todo?.deadline ?? part.holderDeadline;
  const note = todo?.provisional ?? part.holderDeadlineProvisional;
  const items = todo?.items ?? [];
  const correctionId = todo?.correctionId;
  const advice = el('p', {}, whereTo);
  return el(
    'li.task',
    {},
    el('h3', {}, (items.length > 0 ? correction : action)(name, provider.name)),
    items.length > 0 && el('ul.items', {}, ...items.map((item) => el('li', {}, item.name))),
    reason && el('p', {}, reason.text),
    deadline &&
      el(
        'p',
        {},
        el('strong', {}, until(dayText(deadline, language))),
        note && WORDS[language].provisional(note),
        ' ',
        lapses,
      ),
    correctionId ? slot({ name: 'answer', correctionId }, advice) : advice,
  );
}

function promisedMaterials({ missing }: ShownStatus, language: Language): PageElement | undefined {
  if (missing.length === 0) return undefined;
  return el(
    'div.promised',
    {},
    el('h3', {}, WORDS[language].nextSteps.promised),
    el('ul.items', {}, ...missing.map(({ name }) => el('li', {}, name))),
  );
}
