import { Books } from '../placements/books.js';
import { Texts } from '../sms/texts.js';
import type { Entry } from './entries.js';
import { Journal } from './journal.js';

/** Writes down what happens before it is so. */
export class Ledger {
  private constructor(
    readonly books: Books,
    readonly texts: Texts,
    private readonly journal: Journal<Entry>,
  ) {}

  /** Brings back what an earlier run took, however that ended. @param keep finished placements, and texts, kept whole */
  static async open(folder: string, keep: number): Promise<Ledger> {
    const books = new Books(keep);
    const texts = new Texts(keep);
    for await (const entry of Journal.read<Entry>(folder)) {
      books.apply(entry);
      texts.apply(entry);
    }
    const summary = [...books.summary(), ...texts.summary()];
    return new Ledger(books, texts, Journal.begin(folder, summary));
  }

  record(entry: Entry) {
    this.journal.write(entry);
    this.books.apply(entry);
    this.texts.apply(entry);
  }

  close() {
    this.journal.close();
  }
}
