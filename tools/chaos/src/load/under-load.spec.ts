import type { Counts, Verdict } from '../checker/check.js';
import { judged, type Outcome } from './under-load.js';

const nothing: Verdict = {
  lost: [],
  doubled: [],
  detected: [],
  backward: [],
  noticesDoubled: [],
  noticesLost: [],
  receipts: [],
  untrue: [],
  undocumented: [],
};
const outcome = (what: Partial<Outcome>): Outcome => ({
  verdict: nothing,
  counts: { requests: 9, ended: 9 } as Counts,
  calls: 20,
  toldTooBusy: 0,
  failed: 0,
  failures: '',
  endedAfter: 1,
  registeredAt: [],
  ...what,
});

describe('what came of a load', () => {
  it('holds where nothing failed', () => {
    expect(judged('a', 'b', outcome({}), false).holds).toBe(true);
  });

  it('does not hold where somebody was told to come again, and says so apart from failures', () => {
    const { holds, figure } = judged('a', 'b', outcome({ toldTooBusy: 3 }), false);
    expect([holds, figure]).toEqual([false, expect.stringContaining('0 failed, 3 told too busy')]);
  });

  it('holds where calls may fail and nothing was lost', () => {
    const what = outcome({ failed: 2, failures: 'TimeoutError 2', toldTooBusy: 3 });
    expect(judged('a', 'b', what, true).holds).toBe(true);
    expect(judged('a', 'b', { ...what, verdict: { ...nothing, lost: ['one'] } }, true).holds).toBe(false);
  });
});
