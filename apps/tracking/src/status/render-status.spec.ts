import { loadCatalogue } from '@lianban/catalogue';
import { Clock, type Language } from '@lianban/service-kit';
import type { RequestView } from '../projection/find-request-views.js';
import { aJob, aStatus, nextStatus } from '../tracking.mother.js';
import { RenderStatus } from './render-status.js';

const toView = (status: ReturnType<typeof aStatus>): RequestView => ({
  requestId: status.requestId,
  revision: status.version,
  receiptNumber: status.receiptNumber,
  hall: status.hall,
  codeHash: status.queryCodeHash,
  body: JSON.stringify(status),
});

describe('a rendered status', () => {
  const catalogue = loadCatalogue();
  const clock = new Clock();
  let now = new Date('2026-05-20T02:00:00.000Z');
  clock.now = () => now;
  const render = new RenderStatus(catalogue, clock);
  const first = aStatus();
  const inLanguage = (language: Language, view: RequestView) =>
    render.execute(view, { reader: 'applicant', language });

  it('is that of the newest revision', () => {
    expect(inLanguage('en', toView(first)).phase).toBe('registered');
    const next = nextStatus(first, { jobs: [aJob('water', { accepted: true })] });
    expect(inLanguage('en', toView(next))).toMatchObject({ revision: 2, phase: 'under-way' });
  });

  it('is in the language of each reader', () => {
    expect(inLanguage('en', toView(first)).parts[0]!.name).toBe('Water');
    expect(inLanguage('zh-CN', toView(first)).parts[0]!.name).toBe('供水');
  });

  it('counts the days anew on another day', () => {
    const today = inLanguage('en', toView(first)).parts[0]!.clock.remainingDays;
    now = new Date('2026-05-21T02:00:00.000Z');
    expect(inLanguage('en', toView(first)).parts[0]!.clock.remainingDays).toBe(today! - 1);
  });

  it('is rendered again after a rebuild repaired it without a new revision', () => {
    inLanguage('en', toView({ ...first, applicantMasked: 'nonsense' }));
    expect(inLanguage('en', toView(first)).applicant).toBe('欧阳**');
  });

  it('is rendered once for readers of the same status, also after many others', () => {
    const status = inLanguage('en', toView(first));
    expect(inLanguage('en', toView(first))).toBe(status);
    for (let i = 0; i < 1_000; i++) inLanguage('en', toView(aStatus()));
    expect(inLanguage('en', toView(first))).toEqual(status);
  });
});
