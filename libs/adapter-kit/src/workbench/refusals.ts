import { canTransition, isTerminal } from '@lianban/contracts';
import { Problem, type Caller } from '@lianban/service-kit';
import type { JobReport } from '../jobs/job-report.js';
import type { Placement } from '../jobs/placement.js';

export class HeldByColleague extends Problem {
  constructor() {
    super('held-by-colleague', 409, { 'zh-CN': '该子办件由同事办理中。', en: 'A colleague holds this job.' });
  }
}

export class NotClaimed extends Problem {
  constructor() {
    super('not-claimed', 409, { 'zh-CN': '请先领取该子办件。', en: 'Claim the job first.' });
  }
}

export class MoveNotAllowed extends Problem {
  constructor() {
    super('move-not-allowed', 409, {
      'zh-CN': '子办件当前状态不允许此操作。',
      en: 'The job cannot do this from the state it is in.',
    });
  }
}

export class NotOnTheWorkbench extends Problem {
  constructor() {
    super('not-on-the-workbench', 409, {
      'zh-CN': '该单位在自己的系统中办理，工作台仅供查看。',
      en: 'This provider works in a system of its own; the workbench only shows its jobs.',
    });
  }
}

type ClaimedJob = Pick<Placement, 'state' | 'claimedBy'>;
type ReportedOn = ClaimedJob & Pick<Placement, 'highestState' | 'withdrawal'>;

/** Why a claim is not hers to change now; `reassign` is a lead officer's, whom the route lets in alone. */
export function claimRefusal(
  act: 'claim' | 'release' | 'reassign',
  { state, claimedBy }: ClaimedJob,
  { subject, role }: Caller,
): Problem | undefined {
  if (isTerminal(state)) return new MoveNotAllowed();
  if (act === 'reassign') return undefined;
  if (act === 'release' && !claimedBy) return new NotClaimed();
  const isHers = !claimedBy || claimedBy === subject || (act === 'release' && role === 'lead-officer');
  return isHers ? undefined : new HeldByColleague();
}

/** Why she may not say this of the job now. */
export function reportRefusal(
  { state: to, withdrawal: answer }: Pick<JobReport, 'state' | 'withdrawal'>,
  placement: ReportedOn,
  { subject }: Caller,
): Problem | undefined {
  const { state, highestState, claimedBy, withdrawal } = placement;
  if (claimedBy !== subject) return claimedBy ? new HeldByColleague() : new NotClaimed();
  if (to && isNoOp({ state, highestState }, to)) return new MoveNotAllowed();
  if (answer && (withdrawal !== 'asked' || isTerminal(state))) return new MoveNotAllowed();
  return undefined;
}

const isNoOp = (
  { state, highestState }: Pick<Placement, 'state' | 'highestState'>,
  to: NonNullable<JobReport['state']>,
): boolean =>
  state === to
    ? to !== 'waiting' && to !== 'held' && to !== 'in-progress'
    : !canTransition(state, to, highestState);
