/** One thing wrong with a catalogue file. */
export interface Fault {
  /** File name, as `providers.json`. */
  file: string;
  /** JSON pointer into it; empty for the whole file. */
  path: string;
  reason: string;
}

/** The catalogue is invalid; lists every fault. */
export class CatalogueInvalid extends Error {
  constructor(readonly faults: Fault[]) {
    super(
      [
        'The catalogue is invalid:',
        ...faults.map((fault) => `${fault.file} ${fault.path}: ${fault.reason}`),
      ].join('\n  '),
    );
  }
}
