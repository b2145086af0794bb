import { LANGUAGES } from '@lianban/contracts';
import type { NewsEvent } from './news.js';
import { NOTICE_STATES } from './notices.forms.js';
import { shownNotice } from './shown-notice.js';
import { templates } from './templates.js';

const events = Object.keys(templates.en) as NewsEvent[];

describe('a delivery record', () => {
  it('names every event and state in both languages, and every reason', () => {
    for (const event of events)
      for (const state of NOTICE_STATES)
        for (const language of LANGUAGES)
          for (const reason of [null, 'no-contact', 'gateway-503', 'blocked-by-carrier']) {
            const shown = shownNotice({ state, reason }, { event, utility: 'water' }, language);
            for (const said of Object.values(shown)) {
              expect(said).not.toBe('');
              if (language === 'zh-CN') expect(said).toMatch(/^[\p{Script=Han}：]+$/u);
              else expect(said).not.toMatch(/\p{Script=Han}|-/u);
            }
          }
  });

  it('says which part it is about', () =>
    expect(
      shownNotice({ state: 'sent', reason: null }, { event: 'accepted', utility: 'gas' }, 'zh-CN'),
    ).toEqual({
      news: '燃气：已受理',
      state: '已发送',
    }));
});
