import type { Provider } from '@lianban/catalogue';
import type { OperationBody } from '../jobs/job-file.js';
import type { JobReport } from '../jobs/job-report.js';

/** The provider has it. A first or final answer may come along. */
export interface Taken {
  reference?: string;
  report?: JobReport;
}

/** What a look-up found: taken, refused, or nothing under our id. */
export type Found =
  ({ found: 'taken' } & Taken) | { found: 'refused'; reason: string; words?: string } | { found: 'absent' };

/** All a dialect has to know. One driver speaks to one provider. */
export interface UtilityDriver {
  /** What makes a second try safe: the provider honours our operation id, or it can be asked for it. */
  readonly repeats: 'same-key' | 'look-up';
  place(order: OperationBody): Promise<Taken>;
  correct(order: OperationBody): Promise<Taken>;
  withdraw(order: OperationBody): Promise<Taken>;
  /** After an unknown outcome, where `repeats` is `look-up`. */
  lookUp?(order: OperationBody): Promise<Found>;
}

export type DriverOf = (provider: Provider) => UtilityDriver;

/** Final: the applicant is told why. `reason` is a catalogue code. */
export class ProviderRefused extends Error {
  constructor(
    readonly reason: string,
    readonly words?: string,
  ) {
    super(reason);
  }
}

/** The provider cannot have it: the kit tries again. `away`: the provider as a whole cannot be reached. */
export class ProviderUnavailable extends Error {
  constructor(
    message: string,
    readonly away = true,
  ) {
    super(message);
  }
}

/** Perhaps taken: the kit makes sure first. `away`: it gave no answer at all. */
export class ProviderUnknown extends Error {
  constructor(
    message: string,
    readonly away = true,
  ) {
    super(message);
  }
}
