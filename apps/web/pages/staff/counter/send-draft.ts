import { registerRequests } from '../../api/sdk.gen.js';
import type { Receipt, RegisterRequestForm } from '../../api/types.gen.js';
import { dataOf, isTransient } from '../shell/api.js';
import { deleteDraft, saveDraft, type Draft } from './draft-store.js';
import { keepReceipt } from './receipts.js';

/**
 * Sends a draft under its key. What has been sent once is sent again as it was, until there is an answer: it may have arrived.
 * @throws Problem where it is refused: then it is a draft again; another error where no answer came
 */
export async function sendDraft(draft: Draft, body: RegisterRequestForm): Promise<Receipt> {
  const sending = draft.sending ?? body;
  await saveDraft({ ...draft, sending });
  try {
    const receipt = await navigator.locks.request(`send-${draft.id}`, () =>
      dataOf(registerRequests({ body: sending, headers: { 'idempotency-key': draft.idempotencyKey } })),
    );
    keepReceipt({ receipt, language: sending.language ?? 'zh-CN' });
    await deleteDraft(draft.id);
    return receipt;
  } catch (error) {
    if (!isTransient(error)) await saveDraft({ ...draft, sending: undefined });
    throw error;
  }
}
