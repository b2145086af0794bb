import { isTerminal, type Holder } from '@lianban/contracts';
import type { Faults } from '../faults/fault-settings.js';
import type { ReportContent } from '../reports/report.js';
import { isAnswered, type Placement } from './placement.js';

export interface ScenarioContext {
  /** Codes of the stages of this utility's part of the matter, in order. */
  stages: string[];
  faults: Pick<Faults, 'stageMs' | 'refuseWithdrawals' | 'reason' | 'outcome'>;
  /** Who has the ball for a reason, by the catalogue. */
  holderFor(reason: string): Holder | undefined;
}

/** What happens next to a placement; undefined while nothing does. With `stageMs` 0 the stages in between are left out. */
export function nextReport(placement: Placement, context: ScenarioContext): ReportContent | undefined {
  if (placement.withdrawal === 'asked') return answerToWithdrawal(placement, context);
  if (isTerminal(placement.state)) return undefined;
  if (placement.state === 'placed') return firstReport(placement, context);
  if (placement.state === 'waiting') return isAnswered(placement) ? { state: 'in-progress' } : undefined;
  if (placement.state === 'held')
    return context.faults.outcome === 'hold' ? undefined : { state: 'in-progress' };
  if (placement.outcome === 'accept') return undefined;
  return exceptionReport(placement, context) ?? nextStage(placement, context) ?? finalReport(placement);
}

function answerToWithdrawal({ state, cancelReason }: Placement, { faults }: ScenarioContext): ReportContent {
  if (state === 'cancelled') return { withdrawal: 'agreed' };
  if (!isTerminal(state) && !faults.refuseWithdrawals)
    return { withdrawal: 'agreed', state: 'cancelled', reason: cancelReason };
  return { withdrawal: 'refused', reason: faults.reason ?? 'withdrawal-too-late' };
}

function firstReport({ outcome }: Placement, { stages }: ScenarioContext): ReportContent {
  if (outcome === 'in-reply-complete') return { state: 'completed' };
  return { state: 'accepted', stage: stages[0] };
}

function exceptionReport(placement: Placement, { holderFor }: ScenarioContext): ReportContent | undefined {
  const { outcome, items, answersWhenAsked, wasHeld, dossier } = placement;
  if (outcome === 'ask-correction' && answersWhenAsked === undefined) {
    const { reason = 'material-missing' } = placement;
    const wanted = items ?? [dossier.materials[0]?.code ?? 'ID_CARD'];
    return { state: 'waiting', reason, holder: 'applicant', correction: { items: wanted } };
  }
  if (outcome === 'hold' && !wasHeld) {
    const { reason = 'external-works' } = placement;
    return { state: 'held', reason, holder: holderFor(reason) };
  }
  if (outcome === 'return') return { state: 'refused', reason: placement.reason ?? 'not-covered' };
  if (outcome === 'fail') return { state: 'failed', reason: placement.reason ?? 'force-majeure' };
  return undefined;
}

function nextStage(
  { stages: reached }: Placement,
  { stages, faults }: ScenarioContext,
): ReportContent | undefined {
  const stage = stages.find((code) => !reached.includes(code));
  return stage && faults.stageMs > 0 ? { state: 'in-progress', stage } : undefined;
}

const finalReport = ({ outcome }: Placement): ReportContent => ({
  state: outcome === 'partly-complete' ? 'partly-completed' : 'completed',
});
