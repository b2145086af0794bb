import type { Catalogue } from '@lianban/catalogue';
import type { RequestEvent } from '@lianban/contracts';

/** What a decision may know beside the file and the event, and where it puts what it wants of the adapters. */
export interface Context {
  now: Date;
  catalogue: Catalogue;
  say(event: RequestEvent): void;
}
