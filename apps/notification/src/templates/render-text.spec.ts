import { loadCatalogue } from '@lianban/catalogue';
import { LANGUAGES, UTILITIES, type Language, type Outcome } from '@lianban/contracts';
import type { Notice, NoticeKind } from '../notices/notice.js';
import { RECEIPT } from '../notices/status.mother.js';
import { renderText } from './render-text.js';
import { templates } from './templates.js';

const MAX_TEXT_LENGTH = 200;
/** Three messages of 67 characters each where Chinese ones are in them, else of 153 (GSM 03.38, 03.40). */
const MAX_COMBINED_LENGTH = { 'zh-CN': 3 * 67, en: 3 * 153 };
const catalogue = loadCatalogue();
const KINDS = Object.keys(templates.en) as NoticeKind[];
const REASONS = [
  'material-missing',
  'invalid-address',
  'customer-works',
  'permit',
  'not-covered',
  'duplicate',
  'given-up',
  'provider-silent',
  'lapsed',
  'withdrawal-too-late',
];
const ITEMS = ['PROPERTY_CERT', 'METER_PHOTO', 'BUSINESS_LICENCE', 'LEGAL_REP_ID', 'fields.heatedArea'];
const OUTCOMES: Outcome[] = ['completed', 'partly-completed', 'refused', 'failed', 'cancelled'];

/** The applicant's turn may have no due date. */
const UNDATED: NoticeKind[] = ['correction', 'action'];

const aNotice = (kind: NoticeKind, changes: Partial<Notice> = {}): Notice => ({
  key: kind,
  kind,
  utility: 'water',
  provider: 'jinan-water',
  date: '2026-05-07',
  reason: 'material-missing',
  items: ['PROPERTY_CERT'],
  outcome: 'completed',
  ...(kind === 'query-code' && { code: { secret: 1, issue: 1 } }),
  moved: UTILITIES.map((each) => ({ utility: each, date: '2027-01-12' })),
  ...changes,
});
const render = (notices: Notice[], language: Language) =>
  renderText({ notices, language, receiptNumber: RECEIPT }, catalogue);
const write = (each: Notice, language: Language) => render([each], language);

/** Every kind with whatever may stand in it. */
const widths = (kind: NoticeKind): Notice[] =>
  catalogue
    .providers()
    .flatMap(({ id }) => REASONS.map((reason) => aNotice(kind, { provider: id, reason, items: ITEMS })))
    .concat(UTILITIES.map((utility) => aNotice(kind, { utility, items: ITEMS })))
    .concat(OUTCOMES.map((outcome) => aNotice(kind, { outcome })))
    .concat(aNotice(kind, { reason: undefined, provider: 'jinan-unknown' }))
    .concat(UNDATED.includes(kind) ? aNotice(kind, { date: undefined }) : []);

describe('a text with a date that rests on a year without a notice', () => {
  it('marks a promise, in both languages', () => {
    const accepted = aNotice('accepted', { date: '2027-01-11' });
    expect(write(accepted, 'zh-CN')).toMatch(/承诺2027年1月11日前办结。（节假日安排公布前暂计）$/);
    expect(write(accepted, 'en')).toMatch(
      /by 2027-01-11\. \(provisional until the holidays of that year are announced\)$/,
    );
  });

  it('marks a deadline counted by the catalogue, and not one chosen by somebody', () => {
    const asked = aNotice('correction', { date: '2027-01-05' });
    expect(write({ ...asked, provisional: true }, 'zh-CN')).toContain('节假日安排公布前暂计');
    expect(write(asked, 'zh-CN')).not.toContain('暂计');
  });
});

describe.each(LANGUAGES)('the text in %s', (language) => {
  it.each(KINDS)('of "%s" says all it has to and fits one message', (kind) => {
    for (const each of widths(kind)) {
      const text = write(each, language);
      expect([...text].length).toBeLessThanOrEqual(MAX_TEXT_LENGTH);
      expect(text).not.toMatch(/undefined|null|\[object|（）|\(\)| {2}|：。|: \./);
      expect(text).toContain(RECEIPT);
    }
  });

  it('of everything that was accepted names each part and fits three messages', () => {
    for (const provider of catalogue.providers()) {
      const all = UTILITIES.map((utility) => aNotice('accepted', { utility, provider: provider.id }));
      all.unshift(aNotice('registered'));
      const text = render(all, language);
      expect([...text].length).toBeLessThanOrEqual(MAX_COMBINED_LENGTH[language]);
      expect(text).toContain(RECEIPT);
      expect(text.split(provider.name[language])).toHaveLength(UTILITIES.length + 1);
    }
  });

  it.each(KINDS)('of "%s" is in that language', (kind) => {
    const text = write(aNotice(kind), language);
    expect(text.startsWith(language === 'en' ? '[Lianban] ' : '【联办】')).toBe(true);
    expect(/\p{Script=Han}/u.test(text)).toBe(language !== 'en');
  });
});

describe('a text', () => {
  it('addresses the applicant formally and names the deadline', () => {
    expect(write(aNotice('correction'), 'zh-CN')).toBe(
      `【联办】您的申请${RECEIPT}：济南供水请您于2026年5月7日前补正不动产权证书（或购房合同）。请到受理大厅提交，逾期未补正的，该项视为撤回。`,
    );
  });

  it('of two acceptances names providers and dates', () => {
    const two = [
      aNotice('accepted'),
      aNotice('accepted', { utility: 'gas', provider: 'jinan-gas', date: '2026-06-03' }),
    ];
    expect(render(two, 'zh-CN')).toBe(
      `【联办】您的申请${RECEIPT}已受理：供水（济南供水，承诺2026年5月7日前办结）、燃气（济南燃气，承诺2026年6月3日前办结）。`,
    );
  });

  it('of a registration and an acceptance contains both', () => {
    expect(render([aNotice('registered'), aNotice('accepted')], 'en')).toBe(
      `[Lianban] Your request is registered: ${RECEIPT}. Follow it at any time with the query code on your receipt. Accepted: water by Jinan Water, promised by 2026-05-07.`,
    );
  });

  it('counts what it has no room to name', () => {
    const text = write(aNotice('correction', { items: ITEMS }), 'en');
    expect(text).toContain('Property certificate (or purchase contract); and 4 more.');
  });

  it('calls a field of the form by no code', () => {
    expect(write(aNotice('correction', { items: ['fields.heatedArea'] }), 'zh-CN')).toContain(
      '补正供热面积。',
    );
  });

  it('mentions no date that nobody set', () => {
    expect(write(aNotice('action', { date: undefined }), 'zh-CN')).toContain('请您完成');
  });
});
