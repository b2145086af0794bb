import { DossierChanged, type JobDesired, type RequestEvent } from '@lianban/contracts';
import type { Versioned } from '../ways.js';
import { hold } from './broken.js';

/** Watches what the services say with their commits. */
export class WhatIsSaid {
  private readonly last = new Map<string, Versioned>();

  hear(source: string, event: RequestEvent): void {
    const name = `${source} ${event.constructor.name} ${event.requestId} ${(event as JobDesired).utility ?? ''}`;
    const { version, attempt = 1 } = event as JobDesired;
    const before = this.last.get(name) ?? { attempt: 0, version: 0 };
    hold('versions-rise', version > before.version, () => `${name}: ${before.version}, then ${version}`);
    hold('newest-speaks', attempt >= before.attempt, () => `${name}: ${before.attempt}, then ${attempt}`);
    this.last.set(name, { attempt, version });
    if (event instanceof DossierChanged) this.hearAnswers(event);
  }

  /** Each thing that is asked for is answered once. */
  private hearAnswers({ requestId, parts }: DossierChanged): void {
    const given = parts.flatMap(({ answers }) =>
      answers.flatMap(({ correctionId, materials, confirmed = [] }) =>
        [...materials.map(({ code }) => code), ...confirmed].map((item) => `${correctionId} ${item}`),
      ),
    );
    hold('answered-once', new Set(given).size === given.length, () => `${requestId}: ${given.join(', ')}`);
  }
}
