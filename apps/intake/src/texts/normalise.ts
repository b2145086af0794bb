const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const DASHES = /[\p{Dash_Punctuation}−]/gu;
const FULLWIDTH = /[！-～]/gu;
/** Punctuation that stays in full width; `＜` and `＞` would become markup. */
const KEPT_FULLWIDTH = '！（），：；？＜＞';
/** Replacements for `·` in data that passed through GB 2312. */
const MIDDLE_DOTS = /[•‧∙⋅・･·]/gu;

/** Normalises free text: trimmed, single spaces, nothing invisible, Latin letters and digits in half width. */
export const normaliseText = (text: string): string =>
  tidy(
    text
      .normalize('NFC')
      .replace(FULLWIDTH, (each) => (KEPT_FULLWIDTH.includes(each) ? each : halfWidth(each))),
  );

/** Normalises the number of a document or an account: no spaces, no dashes, upper case. */
export const normaliseNumber = (text: string): string =>
  compose(tidy(text.normalize('NFKC')).replace(DASHES, '').replaceAll(' ', '').toUpperCase());

/** Normalises a name to the form of its holder's documents. */
export function normaliseName(kind: unknown, name: string): string {
  return kind === 'organisation' ? organisationName(name) : personName(name);
}

function personName(name: string): string {
  const written = tidy(name.replace(/[’‘ʼʻ＇`´′]/gu, "'").normalize('NFKC')).replace(DASHES, '-');
  // People type a circle instead of the Han zero.
  const circled = written.replace(/(?<=\p{Script=Han}[ ○◯]*)[○◯]|[○◯](?=[ ○◯]*\p{Script=Han})/gu, '〇');
  return compose(closeUp(withMiddleDots(circled)).replace(/ ?· ?/gu, '·'));
}

/** Keeps full-width brackets as on business licences; NFKC would change them, and expand ㈱. */
function organisationName(name: string): string {
  const written = closeUp(withMiddleDots(normaliseText(name)));
  if (!/\p{Script=Han}/u.test(written)) return written;
  return written.replaceAll('(', '（').replaceAll(')', '）');
}

const withMiddleDots = (name: string) =>
  name.replace(MIDDLE_DOTS, '·').replace(/(?<=\p{Script=Han}) ?\. ?(?=\p{Script=Han})/gu, '·');

/** People write short names with a space between the two characters. */
const closeUp = (name: string) => name.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '');

/** Combining marks join their letters once what was between them is removed. */
const compose = (text: string) => text.normalize('NFC');

const tidy = (text: string) => compose(text.replace(INVISIBLE, '').replace(/\s+/gu, ' ').trim());

const halfWidth = (character: string) => String.fromCodePoint(character.codePointAt(0)! - 0xfee0);
