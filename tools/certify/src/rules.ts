import {
  ProviderRefused,
  ProviderUnknown,
  type OperationBody,
  type ProviderReport,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import type { Trial } from './trial.js';

/** The provider does not do what a rule asks of it. */
export class RuleBroken extends Error {}

export interface Rule {
  id: string;
  /** What is asked of the provider. */
  title: string;
  /** Why, and what becomes of a job otherwise. */
  reason: string;
  /** Not for a dialect that has no such thing. */
  isFor?: (driver: UtilityDriver) => boolean;
  check(trial: Trial): Promise<void>;
}

const isLookedUp = ({ retrySafety }: UtilityDriver): boolean => retrySafety === 'status-query';
const isRepeated = ({ retrySafety }: UtilityDriver): boolean => retrySafety === 'idempotency-key';
const isToldInFiles = ({ batches }: UtilityDriver): boolean => batches !== undefined;
/** It comes for its operations itself: nobody calls it who could be a stranger. */
const isCalled = ({ isRelayed }: UtilityDriver): boolean => isRelayed !== true;
/** Nothing is said in an answer: its number is in what it reports. */
const onlyReports = (driver: UtilityDriver): boolean => isToldInFiles(driver) || !isCalled(driver);
const lists = ({ list }: UtilityDriver): boolean => list !== undefined;

function demand(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new RuleBroken(otherwise);
}

/** In the order in which they are tried; each with a job of its own. */
export const RULES: readonly Rule[] = [
  {
    id: 'takes-a-job',
    title: 'takes a job and gives its number',
    reason: 'The applicant is given your number, and you are asked about the job by it.',
    async check(trial) {
      const order = trial.anOrder();
      const { reference } = await trial.driver.place(order);
      if (onlyReports(trial.driver)) {
        const replied = await trial.seen(async () => (await trial.referencesOf(order))[0]);
        demand(replied !== undefined, `it replies with no number within ${trial.patience}`);
      } else demand(reference !== undefined && reference !== '', 'it answers without a number');
    },
  },
  {
    id: 'knows-a-repetition',
    title: 'knows an operation that it has had before, and answers the same',
    reason:
      'What gets no answer is sent again under the same operation id: a second effect would be a second job.',
    isFor: isRepeated,
    async check(trial) {
      const order = trial.anOrder();
      const first = await trial.driver.place(order);
      const second = await trial.driver.place(order);
      demand(
        first.reference === second.reference,
        `it gives ${String(first.reference)}, and then ${String(second.reference)}`,
      );
      await demandOneJob(trial, order);
    },
  },
  {
    id: 'finds-a-job',
    title: 'finds a job that it has taken, and says so of nothing else',
    reason: 'What gets no answer is looked up: "absent" leads to its being sent again.',
    isFor: isLookedUp,
    async check(trial) {
      const order = trial.anOrder();
      const before = await trial.driver.queryStatus!(order);
      demand(
        before.found === 'absent',
        `it is asked for a job that was never sent, and says "${before.found}"`,
      );
      await trial.driver.place(order);
      await demandFound(trial, order);
    },
  },
  {
    id: 'survives-a-lost-answer',
    title: 'has a job once whose first answer was lost',
    reason: 'Connections break after you have taken a job and before we know it.',
    async check(trial) {
      const order = trial.anOrder();
      await losingItsAnswer(trial, () => trial.driver.place(order));
      if (isLookedUp(trial.driver)) await demandFound(trial, order);
      else await trial.driver.place(order);
      await demandOneJob(trial, order);
    },
  },
  {
    id: 'takes-a-correction',
    title: 'takes what the applicant has supplied or changed, also when it is told again',
    reason: 'A correction carries everything as it is now, and its answer may be lost too.',
    async check(trial) {
      const order = trial.anOrder();
      await trial.driver.place(order);
      const correction = trial.correction(order);
      await losingItsAnswer(trial, () => trial.driver.correct(correction));
      if (isLookedUp(trial.driver)) await demandFound(trial, correction);
      else await trial.driver.correct(correction);
      await demandOneJob(trial, order);
    },
  },
  {
    id: 'answers-a-withdrawal',
    title: 'lets a job go, or says in a known code why not',
    reason:
      'The applicant who withdraws is told whether you agree; a code that we do not know tells him nothing.',
    async check(trial) {
      const order = trial.anOrder();
      await trial.driver.place(order);
      try {
        await trial.driver.withdraw(trial.withdrawal(order));
      } catch (error) {
        if (!(error instanceof ProviderRefused)) throw error;
        demand(
          trial.isReason(error.reason),
          `it refuses with "${error.reason}", which is no reason of the catalogue`,
        );
        return;
      }
      const isAnswered = await trial.seen(async () =>
        (await trial.reportsOf(order)).find(isAnswerToWithdrawal),
      );
      demand(isAnswered !== undefined, `it says nothing about the withdrawal within ${trial.patience}`);
    },
  },
  {
    id: 'reports-progress',
    title: 'says what becomes of a job',
    reason: 'The applicant sees what you report, and nothing else.',
    async check(trial) {
      const order = trial.anOrder();
      await trial.driver.place(order);
      const first = await trial.seen(async () => (await trial.reportsOf(order)).find(isNews));
      demand(first !== undefined, `it says nothing within ${trial.patience}${trial.refusedCalls()}`);
    },
  },
  {
    id: 'speaks-known-words',
    title: 'uses states, stages and reasons that are agreed',
    reason: 'An unknown word changes nothing, and an operator has to ask you what it means.',
    async check(trial) {
      const order = trial.anOrder();
      await trial.driver.place(order);
      const unknown = await trial.seen(async () => {
        const reports = await trial.reportsOf(order);
        const [found] = reports.flatMap(({ report }) => unknownWord(trial, order, report) ?? []);
        return found ?? (reports.some(({ report }) => report.state === 'completed') ? null : undefined);
      });
      demand(!unknown, `it reports ${String(unknown)}`);
    },
  },
  {
    id: 'lists-its-jobs',
    title: 'has a job in its list, once, under the number that it gave',
    reason: 'Every night both sides are compared, so that a report that was lost is found.',
    isFor: lists,
    async check(trial) {
      const order = trial.anOrder();
      const { reference } = await trial.driver.place(order);
      const listed = await trial.seen(async () => {
        const found = await trial.listed(order);
        return found.length > 0 ? found : undefined;
      });
      demand(listed !== undefined, 'its list lacks a job that it has taken');
      const numbers = listed.map((job) => job.reference);
      demand(
        numbers.length === 1 && numbers[0] === reference,
        `it gave ${String(reference)}, and lists ${numbers.join(', ')}`,
      );
    },
  },
  {
    id: 'checks-who-calls',
    title: 'takes nothing from somebody who does not know the secret',
    reason: 'A job carries personal data and costs money: nobody else may place one.',
    isFor: isCalled,
    async check(trial) {
      const stranger = trial.driverWith(
        `whsec_${Buffer.alloc(32, 'somebody else entirely').toString('base64')}`,
      );
      const taken = await stranger.place(trial.anOrder()).catch(() => undefined);
      demand(taken === undefined, 'it takes a job that is signed with another secret');
    },
  },
];

/** Sends something whose answer is lost on its way back. */
async function losingItsAnswer(trial: Trial, tell: () => Promise<unknown>): Promise<void> {
  trial.loseNextAnswer();
  const outcome: unknown = await tell().catch((error: unknown) => error);
  demand(
    outcome instanceof ProviderUnknown,
    `the call was to stay without an answer, and came to: ${String(outcome)}`,
  );
}

async function demandFound({ driver }: Trial, order: OperationBody): Promise<void> {
  const { found } = await driver.queryStatus!(order);
  demand(found === 'taken', `it is asked for what it has taken, and says "${found}"`);
}

/** As far as its list shows; without an answer to any operation, as far as its replies do. */
async function demandOneJob(trial: Trial, order: OperationBody): Promise<void> {
  const numbers = onlyReports(trial.driver)
    ? await repliedNumbers(trial, order)
    : await listedNumbers(trial, order);
  demand(numbers.length <= 1, `it has the job twice, as ${numbers.join(' and ')}`);
}

async function listedNumbers(trial: Trial, order: OperationBody): Promise<(string | undefined)[]> {
  if (!lists(trial.driver)) return [];
  return [...new Set((await trial.listed(order)).map(({ reference }) => reference))];
}

/** A second one may come as late as patience lasts. */
async function repliedNumbers(trial: Trial, order: OperationBody): Promise<string[]> {
  let numbers: string[] = [];
  await trial.seen(async () => {
    numbers = await trial.referencesOf(order);
    return numbers.length > 1 || undefined;
  });
  demand(numbers.length > 0, `it replies with no number within ${trial.patience}`);
  return numbers;
}

/** A word in a report that nobody has agreed on, with what it is. */
function unknownWord(
  trial: Trial,
  order: OperationBody,
  { unknownState, stage, reason }: ProviderReport['report'],
): string | undefined {
  if (unknownState !== undefined) return `the state "${unknownState}"`;
  if (stage && !trial.isStage(order, stage)) return `the stage "${stage}"`;
  return reason && !trial.isReason(reason) ? `the reason "${reason}"` : undefined;
}

const isNews = ({ report: { state, stage } }: ProviderReport): boolean =>
  state !== undefined || stage !== undefined;

const isAnswerToWithdrawal = ({ report: { state, withdrawal } }: ProviderReport): boolean =>
  withdrawal !== undefined || ['cancelled', 'completed', 'refused', 'failed'].includes(state ?? '');
