import { IsString, Length, Matches } from 'class-validator';
import type { Entry } from '../journal/entries.js';

export class TextForm {
  /** Key of the message: the same one is sent once. */
  @IsString() @Length(1, 100) id!: string;
  @Matches(/^\+?\d{5,15}$/) to!: string;
  @IsString() @Length(1, 1000) text!: string;
}

export interface TextMessage extends TextForm {
  at: string;
  /** How many times the gateway was asked to send it; it was sent once. */
  asked: number;
}

/** What the gateway has sent; the oldest are forgotten first. */
export class Texts {
  private readonly sent = new Map<string, TextMessage>();

  constructor(private readonly maxKept: number) {}

  byId(id: string): TextMessage | undefined {
    return this.sent.get(id);
  }

  to(number?: string): TextMessage[] {
    return [...this.sent.values()].filter(({ to }) => number === undefined || to === number);
  }

  *summary(): Generator<Entry> {
    for (const text of this.sent.values()) yield { entry: 'texted', text };
  }

  apply(entry: Entry) {
    if (entry.entry !== 'texted') return;
    this.sent.set(entry.text.id, entry.text);
    if (this.sent.size > this.maxKept) this.sent.delete(this.sent.keys().next().value!);
  }
}
