import type { Look, Receipt, Registration } from '../checker/facts.js';

/** A request that a client has a receipt for. */
export interface Registered {
  receipt: Receipt;
  phone: string;
  at: number;
  last?: Look;
}

/** What the clients of a run know, in the order in which they came to know it. */
export class Book {
  readonly registrations: Registration[] = [];
  readonly requests: Registered[] = [];
  readonly looks: Look[] = [];

  noteReceipt(registration: Registration, receipt: string, at: number): void {
    registration.receipts.push(receipt);
    if (registration.receipts.length > 1) return;
    this.requests.push({ receipt: JSON.parse(receipt) as Receipt, phone: registration.phone, at });
  }

  /** Keeps a look that differs from the one before it. */
  noteLook(request: Registered, look: Look): void {
    const { last } = request;
    const isSame = last?.phase === look.phase && last.reached === look.reached;
    if (isSame && JSON.stringify(last.states) === JSON.stringify(look.states)) return;
    request.last = look;
    this.looks.push(look);
  }

  get open(): Registered[] {
    return this.requests.filter(({ last }) => last?.phase !== 'ended');
  }
}
