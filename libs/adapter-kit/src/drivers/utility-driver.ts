import type { Provider } from '@lianban/catalogue';
import type { OperationBody } from '../jobs/job.js';
import type { JobReport } from '../jobs/job-report.js';

/** The provider has it. A first or final answer may come along. */
export interface Accepted {
  reference?: string;
  report?: JobReport;
}

/** What a look-up found: taken, refused, or nothing under our id. */
export type LookupResult =
  | ({ found: 'taken' } & Accepted)
  | { found: 'refused'; reason: string; providerMessage?: string }
  | { found: 'absent' };

/** All a dialect has to know. One driver speaks to one provider. */
export interface UtilityDriver {
  /** What makes a second try safe: the provider honours our operation id, or it can be asked for it. */
  readonly retrySafety: 'same-key' | 'look-up';
  place(order: OperationBody): Promise<Accepted>;
  correct(order: OperationBody): Promise<Accepted>;
  withdraw(order: OperationBody): Promise<Accepted>;
  /** After an unknown outcome, where `repeats` is `look-up`. */
  queryStatus?(order: OperationBody): Promise<LookupResult>;
}

export type DriverFactory = (provider: Provider) => UtilityDriver;

/** Final: the applicant is told why. `reason` is a catalogue code. */
export class ProviderRefused extends Error {
  constructor(
    readonly reason: string,
    readonly providerMessage?: string,
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
