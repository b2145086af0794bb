import type { Provider } from '@lianban/catalogue';
import type { JobDossier, JobState } from '@lianban/contracts';
import { Operation } from '../operations/operation.js';
import { keptReferences, secondOf, type Placement } from '../placements/placement.js';
import { ownCodeOf } from '../placements/own-code.js';

const STATUSES: Record<JobState, string> = {
  placed: '02',
  accepted: '05',
  'in-progress': '08',
  waiting: '06',
  held: '09',
  completed: '10',
  'partly-completed': '20',
  refused: '13',
  failed: '21',
  cancelled: '12',
};
const NOT_ACCEPTED = '07';

interface Field {
  name: string;
  value: string;
}

/** What is read of `submitFlow` and `supplementFlow`. */
export interface Submission {
  outerNo: string;
  operationNo: string;
  receiptNo: string;
  flowCode: string;
  applyTime: string;
  promiseDate: string;
  applicant: object;
  address: object;
  field?: Field[];
  material?: unknown[];
  answer?: {
    correctionNo: string;
    answerTime: string;
    field?: Field[];
    material?: unknown[];
    confirmed?: string[];
  }[];
}

const instantOf = (time: string): string => new Date(`${time.replace(' ', 'T')}+08:00`).toISOString();
/** `2026-11-28 10:00:00` in Shanghai. */
const timeOf = (instant: string): string =>
  new Date(instant).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
const fieldsIn = (fields: Field[] = []): Record<string, string> =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]));

const isOurs = (outerNo: string): boolean => /^[^:]+:water:\d+$/.test(outerNo);

/** The submission as an operation of the provider's books; undefined where its number is none. */
export function toOperation(
  provider: string,
  kind: 'place' | 'correct',
  submission: Submission,
  version: number,
): Operation | undefined {
  const { outerNo, operationNo, applyTime, promiseDate, field, material = [], answer = [] } = submission;
  if (!isOurs(outerNo)) return undefined;
  const [requestId, , attempt] = outerNo.split(':');
  const dossier = {
    receiptNumber: submission.receiptNo,
    matter: submission.flowCode,
    registeredAt: instantOf(applyTime),
    applicant: submission.applicant,
    address: submission.address,
    fields: fieldsIn(field),
    materials: material,
    answers: answer.map(({ correctionNo, answerTime, ...supplied }) => ({
      ...{ correctionId: correctionNo, answeredAt: instantOf(answerTime) },
      ...{ fields: fieldsIn(supplied.field), materials: supplied.material ?? [] },
      ...(supplied.confirmed && { confirmed: supplied.confirmed }),
    })),
  } as unknown as JobDossier;
  return Object.assign(new Operation(), {
    ...{ operation: operationNo, kind, provider, utility: 'water', callback: '' },
    ...{
      placement: outerNo,
      requestId,
      attempt: Number(attempt),
      version,
      promisedDate: promiseDate,
      dossier,
    },
  });
}

/** The flow as the company shows it. @param billNo one of its numbers; the first that is kept, where none is asked for */
export function toFlow(
  placement: Placement,
  provider: Provider,
  billNo = keptReferences(placement)[0],
): object {
  const { standing, operations, state, references, stages, reachedAt, withdrawal } = placement;
  const second = secondOf(placement, billNo ?? '');
  const isGone = second?.isRefused === false;
  const { reason, text, holder, dueDate, correction } = standing ?? {};
  const asked = operations.findLast(({ kind }) => kind === 'withdraw');
  const isKept = withdrawal === 'refused';
  return {
    outerNo: placement.placement,
    billNo,
    otherBillNo: keptReferences(placement).filter((each) => each !== billNo),
    status: isGone
      ? STATUSES.cancelled
      : state === 'refused' && references.length === 0
        ? NOT_ACCEPTED
        : STATUSES[state],
    ...(reason && { reasonCode: ownCodeOf(provider, reason), reasonMsg: text }),
    holder,
    dueDate: correction?.dueDate ?? dueDate,
    supplementItem: correction?.items,
    stage: stages.map((code, index) => ({ code, time: timeOf(reachedAt[index]!) })),
    operationNo: [...operations, ...(second ? [second] : [])].map(({ operation }) => operation),
    ...(second && {
      cancel: {
        ...{ operationNo: second.operation, status: second.isRefused ? 'refused' : 'agreed' },
        ...(second.isRefused && { reasonCode: ownCodeOf(provider, 'withdrawal-too-late') }),
      },
    }),
    ...(!second &&
      asked && {
        cancel: {
          ...{ operationNo: asked.operation, status: withdrawal },
          ...(isKept && { reasonCode: ownCodeOf(provider, 'withdrawal-too-late') }),
        },
      }),
  };
}
