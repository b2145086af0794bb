import { LANGUAGES } from '@lianban/contracts';
import { templates } from '../templates/templates.js';
import { describeNotice } from './described-notice.js';
import type { NoticeKind } from './notice.js';
import { NOTICE_STATES } from './notices.forms.js';

const kinds = Object.keys(templates.en) as NoticeKind[];

describe('a delivery record', () => {
  it('names every kind and state in both languages, and every reason', () => {
    for (const kind of kinds)
      for (const state of NOTICE_STATES)
        for (const language of LANGUAGES)
          for (const reason of [null, 'no-contact', 'too-old', 'gateway-503', 'blocked-by-carrier']) {
            const described = describeNotice({ state, reason }, { kind, utility: 'water' }, language);
            for (const text of Object.values(described)) {
              expect(text).not.toBe('');
              if (language === 'zh-CN') expect(text).toMatch(/^[\p{Script=Han}：]+$/u);
              else expect(text).not.toMatch(/\p{Script=Han}|-/u);
            }
          }
  });

  it('names the part it is about', () =>
    expect(
      describeNotice({ state: 'sent', reason: null }, { kind: 'accepted', utility: 'gas' }, 'zh-CN'),
    ).toEqual({
      subject: '燃气：已受理',
      state: '已发送',
    }));
});
