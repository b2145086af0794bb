import { isTerminal, type Holder } from '@lianban/contracts';
import type { Orders } from '../orders/order-book.js';
import type { News } from '../reports/report.js';
import { isAnswered, type Placement } from './placement.js';

export interface Scene {
  /** Codes of the stages of this utility's part of the matter, in order. */
  stages: string[];
  orders: Pick<Orders, 'stageMs' | 'refuseWithdrawals' | 'reason' | 'outcome'>;
  /** Who has the ball for a reason, by the catalogue. */
  holderFor(reason: string): Holder | undefined;
}

/** What happens next to a placement; undefined while nothing does. With `stageMs` 0 the stages in between are left out. */
export function nextNews(placement: Placement, scene: Scene): News | undefined {
  if (placement.withdrawal === 'asked') return answerToWithdrawal(placement, scene);
  if (isTerminal(placement.state)) return undefined;
  if (placement.state === 'placed') return firstNews(placement, scene);
  if (placement.state === 'waiting') return isAnswered(placement) ? { state: 'in-progress' } : undefined;
  if (placement.state === 'held')
    return scene.orders.outcome === 'hold' ? undefined : { state: 'in-progress' };
  if (placement.outcome === 'accept') return undefined;
  return detour(placement, scene) ?? nextStage(placement, scene) ?? ending(placement);
}

function answerToWithdrawal({ state, withdrawnFor }: Placement, { orders }: Scene): News {
  if (state === 'cancelled') return { withdrawal: 'agreed' };
  if (!isTerminal(state) && !orders.refuseWithdrawals)
    return { withdrawal: 'agreed', state: 'cancelled', reason: withdrawnFor };
  return { withdrawal: 'refused', reason: orders.reason ?? 'withdrawal-too-late' };
}

function firstNews({ outcome }: Placement, { stages }: Scene): News {
  if (outcome === 'in-reply-complete') return { state: 'completed' };
  return { state: 'accepted', stage: stages[0] };
}

function detour(placement: Placement, { holderFor }: Scene): News | undefined {
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

function nextStage({ stages: reached }: Placement, { stages, orders }: Scene): News | undefined {
  const stage = stages.find((code) => !reached.includes(code));
  return stage && orders.stageMs > 0 ? { state: 'in-progress', stage } : undefined;
}

const ending = ({ outcome }: Placement): News => ({
  state: outcome === 'partly-complete' ? 'partly-completed' : 'completed',
});
