import {
  acceptWorkbench,
  asOfficerReroute,
  claimWorkbench,
  completeWorkbench,
  correctionWorkbench,
  holdWorkbench,
  reassignWorkbench,
  refuseWorkbench,
  releaseWorkbench,
  resumeWorkbench,
  stageWorkbench,
  withdrawalWorkbench,
} from '../../api/sdk.gen.js';
import type { OfferedAction } from '../../api/types.gen.js';
import type { Utility } from './own-provider.js';

export type Action = OfferedAction['action'];

/** What an officer fills in; each action has some of it. */
export interface ActValues {
  text?: string;
  reference?: string;
  stage?: string;
  reason?: string;
  holder?: string;
  dueDate?: string;
  items?: string[];
  legalBasis?: string;
  partly?: boolean;
  answer?: 'agreed' | 'refused';
  officer?: string;
  provider?: string;
}

type Call = (options: { path: { utility: Utility; requestId: string }; body: ActValues }) => Promise<unknown>;

/** Held as not theirs first: should the second call fail, the job says what it waits for. */
const giveBack: Call = async ({ path, body: { provider, reason, text } }) => {
  await holdWorkbench({ path, body: { reason: 'not-ours', text } });
  await asOfficerReroute({ path, body: { provider: provider!, reason: reason! } });
};

const CALLS = {
  claim: claimWorkbench,
  release: releaseWorkbench,
  reassign: reassignWorkbench,
  accept: acceptWorkbench,
  stage: stageWorkbench,
  hold: holdWorkbench,
  resume: resumeWorkbench,
  correction: correctionWorkbench,
  refuse: refuseWorkbench,
  complete: completeWorkbench,
  withdrawal: withdrawalWorkbench,
  'not-ours': giveBack,
} as Record<Action, unknown> as Record<Action, Call>;

/** What needs no form. */
export const isPlain = (action: Action): boolean => action === 'claim';

/** Does the job leave her hands by it, so that the next one comes? */
export const isHandedOn = (action: Action): boolean =>
  ['release', 'reassign', 'correction', 'hold', 'refuse', 'complete', 'withdrawal', 'not-ours'].includes(
    action,
  );

export async function act(
  utility: Utility,
  requestId: string,
  action: Action,
  values: ActValues,
): Promise<void> {
  const filled = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  await CALLS[action]({ path: { utility, requestId }, body: Object.fromEntries(filled) });
}
