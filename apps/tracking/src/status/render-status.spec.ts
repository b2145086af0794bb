import { loadCatalogue } from '@lianban/catalogue';
import { Clock } from '@lianban/service-kit';
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

  it('is that of the newest revision', () => {
    expect(render.execute(toView(first), 'en').phase).toBe('registered');
    const next = nextStatus(first, { jobs: [aJob('water', { accepted: true })] });
    expect(render.execute(toView(next), 'en')).toMatchObject({ revision: 2, phase: 'under-way' });
  });

  it('is in the language of each reader', () => {
    expect(render.execute(toView(first), 'en').parts[0]!.name).toBe('Water');
    expect(render.execute(toView(first), 'zh-CN').parts[0]!.name).toBe('供水');
  });

  it('counts the days anew on another day', () => {
    const today = render.execute(toView(first), 'en').parts[0]!.clock.remainingDays;
    now = new Date('2026-05-21T02:00:00.000Z');
    expect(render.execute(toView(first), 'en').parts[0]!.clock.remainingDays).toBe(today! - 1);
  });

  it('is rendered again after a rebuild repaired it without a new revision', () => {
    render.execute(toView({ ...first, applicantMasked: 'nonsense' }), 'en');
    expect(render.execute(toView(first), 'en').applicant).toBe('欧阳**');
  });

  it('is rendered once for readers of the same status, also after many others', () => {
    const status = render.execute(toView(first), 'en');
    expect(render.execute(toView(first), 'en')).toBe(status);
    for (let i = 0; i < 1_000; i++) render.execute(toView(aStatus()), 'en');
    expect(render.execute(toView(first), 'en')).toEqual(status);
  });
});
