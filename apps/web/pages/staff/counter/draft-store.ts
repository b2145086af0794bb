import { createStore, del, entries, get, set } from 'idb-keyval';
import type { RegisterRequestForm } from '../../api/types.gen.js';
import type { DraftValues } from './draft.js';

/** A registration that is being typed, or on its way. */
export interface Draft {
  id: string;
  /** Stays the same until the request is registered, so that it is registered once. */
  idempotencyKey: string;
  /** Whose it is: others on this machine do not see it. */
  account: string;
  values: DraftValues;
  /** What is on its way; it may have arrived, so it is sent as it is until there is an answer. */
  sending?: RegisterRequestForm;
  changedAt: number;
}

const store = createStore('lianban-counter', 'drafts');

export const newDraft = (account: string): Draft => ({
  id: crypto.randomUUID(),
  idempotencyKey: crypto.randomUUID(),
  account,
  values: {},
  changedAt: Date.now(),
});

export const findDraft = (id: string): Promise<Draft | undefined> => get<Draft>(id, store);
export const deleteDraft = (id: string): Promise<void> => del(id, store).then(announce);

export async function saveDraft(draft: Draft): Promise<void> {
  await set(draft.id, { ...draft, changedAt: Date.now() }, store);
  announce();
}

/** An account's drafts, the newest first. */
export async function listDrafts(account: string): Promise<Draft[]> {
  const all = await entries<string, Draft>(store);
  return all
    .map(([, draft]) => draft)
    .filter((draft) => draft.account === account)
    .toSorted((a, b) => b.changedAt - a.changedAt);
}

const channel = new BroadcastChannel('lianban-drafts');
const listeners = new Set<() => void>();
channel.onmessage = () => listeners.forEach((listener) => listener());

function announce(): void {
  listeners.forEach((listener) => listener());
  channel.postMessage('changed');
}

/** Tells of drafts changed here or in another window. */
export function watchDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * Keeps a draft for this window while it is open.
 * @returns false where another window has it
 */
export function holdDraft(id: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(`draft-${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      if (!lock) return undefined;
      return new Promise<void>((release) => signal.addEventListener('abort', () => release()));
    });
  });
}
