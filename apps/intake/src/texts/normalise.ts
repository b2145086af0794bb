const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const DASHES = /[\p{Dash_Punctuation}−]/gu;
const FULLWIDTH = /[！-～]/gu;
/** Punctuation that Chinese text has in full width; `＜` and `＞` would become what a page obeys. */
const CHINESE = '！（），：；？＜＞';
/** What stands for `·`: data that passed through GB 2312 has these. */
const DOTS = /[•‧∙⋅・･·]/gu;

/** Free text as it is kept: no blanks around it, one between words, nothing invisible, Latin letters and digits in half width. */
export const normaliseText = (text: string): string =>
  tidy(text.normalize('NFC').replace(FULLWIDTH, (each) => (CHINESE.includes(each) ? each : halfWidth(each))));

/** The number of a document or an account: no blanks, no dashes, upper case. */
export const normaliseNumber = (text: string): string =>
  composed(tidy(text.normalize('NFKC')).replace(DASHES, '').replaceAll(' ', '').toUpperCase());

/** A name as its holder's documents have it. */
export function normaliseName(kind: unknown, name: string): string {
  return kind === 'organisation' ? organisationName(name) : personName(name);
}

function personName(name: string): string {
  const written = tidy(name.replace(/[’‘ʼʻ＇`´′]/gu, "'").normalize('NFKC')).replace(DASHES, '-');
  // Where a keyboard has no zero of Han, people type a circle.
  const circled = written.replace(/(?<=\p{Script=Han}[ ○◯]*)[○◯]|[○◯](?=[ ○◯]*\p{Script=Han})/gu, '〇');
  return composed(closeUp(dotted(circled)).replace(/ ?· ?/gu, '·'));
}

/** Brackets stay in full width, as business licences have them: NFKC would make others of them, and words of ㈱. */
function organisationName(name: string): string {
  const written = closeUp(dotted(normaliseText(name)));
  if (!/\p{Script=Han}/u.test(written)) return written;
  return written.replaceAll('(', '（').replaceAll(')', '）');
}

const dotted = (name: string) =>
  name.replace(DOTS, '·').replace(/(?<=\p{Script=Han}) ?\. ?(?=\p{Script=Han})/gu, '·');

/** Forms are filled with a blank between the two letters of a short name. */
const closeUp = (name: string) => name.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '');

/** A mark joins its letter where what stood between them is gone. */
const composed = (text: string) => text.normalize('NFC');

const tidy = (text: string) => composed(text.replace(INVISIBLE, '').replace(/\s+/gu, ' ').trim());

const halfWidth = (character: string) => String.fromCodePoint(character.codePointAt(0)! - 0xfee0);
