// Loaded into one process before its program: it ends itself, unannounced, when KILL_AT is announced the KILL_AFTERth time.
import { Checkpoints, type Checkpoint } from '@lianban/messaging';

const { KILL_AT, KILL_AFTER = '1' } = process.env;
let left = Number(KILL_AFTER);

Checkpoints.prototype.reach = (step: Checkpoint): void => {
  if (step === KILL_AT && --left === 0) process.kill(process.pid, 'SIGKILL');
};
