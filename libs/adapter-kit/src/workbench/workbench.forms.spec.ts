import { readForm } from '@lianban/service-kit';
import { CorrectionForm, HoldForm } from './workbench.forms.js';

describe('what officers fill in', () => {
  const codesOf = (Form: typeof HoldForm | typeof CorrectionForm, dueDate: string): string[] => {
    const body = Form === HoldForm ? { reason: 'permit', dueDate } : { items: ['ID_CARD'], dueDate };
    return readForm<object>(Form, body).errors.map(({ pointer, code }) => `${pointer} ${code}`);
  };

  it.each(['2026-02-31', '9843-92-06', '0000-01-01', '2026-2-3', ''])(
    'has no due date on %p, which no database takes',
    (day) => {
      expect(codesOf(HoldForm, day)).toEqual(['/dueDate not-a-date']);
      expect(codesOf(CorrectionForm, day)).toEqual(['/dueDate not-a-date']);
    },
  );

  it('has a due date on a leap day', () => {
    expect(codesOf(HoldForm, '2028-02-29')).toEqual([]);
  });
});
