import type { Catalogue, Part } from '@lianban/catalogue';
import { messageFor, type FieldError } from '@lianban/service-kit';
import { isDueDate } from '../jobs/due-date.js';
import type { Placement } from '../jobs/placement.js';
import type { JobReport } from '../jobs/job-report.js';
import { isItem, isReasonFor, isStage, partOfJob } from '../jobs/known-codes.js';

const UNKNOWN_REASON = {
  code: 'unknown-reason',
  text: { 'zh-CN': '目录中此事项没有这个原因代码。', en: 'The catalogue has no such reason for this.' },
};
const UNKNOWN_ITEM = {
  code: 'unknown-item',
  text: {
    'zh-CN': '此项既不是目录中的材料，也不是本专业的填报项（fields.名称）。',
    en: 'This is neither a material of the catalogue nor a field of this part (fields.<name>).',
  },
};
const WRONG_DUE_DATE = {
  code: 'wrong-due-date',
  text: {
    'zh-CN': '期限应在下一个工作日至一年之内。',
    en: 'The due date must lie between the next working day and a year ahead.',
  },
};

/** Everything that is wrong with the codes and dates of what an officer does with a job. */
export function mistakesIn(
  act: Omit<JobReport, 'at'>,
  { desired }: Placement,
  catalogue: Catalogue,
  now: Date,
): FieldError[] {
  const { stage, reason, correction } = act;
  const part = partOfJob(desired, catalogue);
  const dueDate = correction?.dueDate ?? act.dueDate;
  return [
    ...(stage && !isStage(part, stage) ? [{ pointer: '/stage', ...noStage(part) }] : []),
    ...(reason && !isReasonFor(reason, act, catalogue) ? [{ pointer: '/reason', ...UNKNOWN_REASON }] : []),
    ...(correction?.items ?? []).flatMap((item, at) =>
      isItem(part, item, catalogue) ? [] : [{ pointer: `/items/${at}`, ...UNKNOWN_ITEM }],
    ),
    ...(dueDate && !isDueDate(dueDate, catalogue.calendar, now)
      ? [{ pointer: '/dueDate', ...WRONG_DUE_DATE }]
      : []),
  ];
}

const noStage = (part?: Part) => messageFor('isIn', [(part?.stages ?? []).map(({ code }) => code)]);
