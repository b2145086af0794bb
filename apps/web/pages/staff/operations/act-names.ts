/** What an operator's call does, by the call as the trace has it. */
export const ACT_NAMES = {
  calendar: 'calendar',
  'findings/:id/close': 'close-finding',
  'findings/:id/retry': 'withdraw-again',
  'notices/:id/retry': 'resend-notice',
  'operations/:id/give-up': 'give-up-operation',
  'operations/:id/retry': 'retry-operation',
  'parked/:id/replay': 'replay-message',
  'parked/replay': 'replay-messages',
  'providers/:provider/pause': 'pause',
  'providers/:provider/reconcile': 'reconcile',
  'providers/:provider/resume': 'resume',
  'providers/:provider/secrets/end-previous': 'end-secret',
  'DELETE rebuild': 'abandon-rebuild',
  rebuild: 'rebuild',
  republish: 'republish',
  'requests/:requestId/jobs/:utility/reroute': 'reroute',
} as const;

/** Every act of today has a name; one of an older or newer version is shown as it was kept. */
export const nameOfAct = (act: string): (typeof ACT_NAMES)[keyof typeof ACT_NAMES] | undefined =>
  Object.hasOwn(ACT_NAMES, act) ? ACT_NAMES[act as keyof typeof ACT_NAMES] : undefined;
