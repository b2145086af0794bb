const TERMINAL_STATES = ['completed', 'partly-completed', 'refused', 'failed', 'cancelled'];

/** Is a part in this state at its end? One without a state yet is not. */
export const hasEnded = (state: string | undefined): boolean =>
  state !== undefined && TERMINAL_STATES.includes(state);
