import { DossierChanged, type JobDesired, type RequestEvent } from '@lianban/contracts';
import type { Versioned } from '../implementations.js';
import { assertInvariant } from './assert-invariant.js';

/** Watches what the services say with their commits. */
export class EventInvariants {
  private readonly last = new Map<string, Versioned>();

  handle(source: string, event: RequestEvent): void {
    const name = `${source} ${event.constructor.name} ${event.requestId} ${(event as JobDesired).utility ?? ''}`;
    const { version, attempt = 1 } = event as JobDesired;
    const before = this.last.get(name) ?? { attempt: 0, version: 0 };
    assertInvariant(
      'versions-rise',
      version > before.version,
      () => `${name}: ${before.version}, then ${version}`,
    );
    assertInvariant(
      'newest-speaks',
      attempt >= before.attempt,
      () => `${name}: ${before.attempt}, then ${attempt}`,
    );
    this.last.set(name, { attempt, version });
    if (event instanceof DossierChanged) this.answersPublished(event);
  }

  /** Each thing that is asked for is answered once. */
  private answersPublished({ requestId, parts }: DossierChanged): void {
    const given = parts.flatMap(({ answers }) =>
      answers.flatMap(({ correctionId, materials, confirmed = [] }) =>
        [...materials.map(({ code }) => code), ...confirmed].map((item) => `${correctionId} ${item}`),
      ),
    );
    assertInvariant(
      'answered-once',
      new Set(given).size === given.length,
      () => `${requestId}: ${given.join(', ')}`,
    );
  }
}
