import { ProviderState } from '../placements/provider-state.js';
import { Texts } from '../sms/texts.js';
import type { Entry } from './entries.js';
import { Journal } from './journal.js';

/** Writes every entry to the journal before applying it. */
export class EventLog {
  private constructor(
    readonly providerState: ProviderState,
    readonly texts: Texts,
    private readonly journal: Journal<Entry>,
  ) {}

  /** Restores what an earlier run took, however that ended. @param maxKept finished placements, and texts, kept whole */
  static async open(folder: string, maxKept: number): Promise<EventLog> {
    const providerState = new ProviderState(maxKept);
    const texts = new Texts(maxKept);
    for await (const entry of Journal.read<Entry>(folder)) {
      providerState.apply(entry);
      texts.apply(entry);
    }
    const summary = [...providerState.summary(), ...texts.summary()];
    return new EventLog(providerState, texts, Journal.begin(folder, summary));
  }

  record(entry: Entry) {
    this.journal.write(entry);
    this.providerState.apply(entry);
    this.texts.apply(entry);
  }

  close() {
    this.journal.close();
  }
}
