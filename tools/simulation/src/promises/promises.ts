import type { Desk, Paper } from '../house/clerk.js';
import { hold } from './broken.js';
import { Effects } from './effects.js';
import { WhatIsSaid } from './what-is-said.js';
import { WhatIsSeen } from './what-is-seen.js';
import { WhatIsStored } from './what-is-stored.js';

/** The promises of the house, looked at after every step on what it changed. */
export class Promises {
  readonly said = new WhatIsSaid();
  readonly stored = new WhatIsStored();
  readonly seen = new WhatIsSeen();
  readonly effects = new Effects();

  receiptGiven(desk: Desk, paper: Paper): void {
    const before = desk.receipts[0] ?? paper;
    hold(
      'same-key',
      JSON.stringify(before) === JSON.stringify(paper),
      () => `${desk.key}: ${paper.receiptNumber}`,
    );
    desk.receipts.push(paper);
  }
}
