import type { Observation, Receipt, Registration } from '../checker/facts.js';

/** A request that a client has a receipt for. */
export interface Registered {
  receipt: Receipt;
  phone: string;
  at: number;
  last?: Observation;
}

/** What the clients of a run know, in the order in which they came to know it. */
export class RequestLog {
  readonly registrations: Registration[] = [];
  readonly requests: Registered[] = [];
  readonly observations: Observation[] = [];

  recordReceipt(registration: Registration, receipt: string, at: number): void {
    registration.receipts.push(receipt);
    if (registration.receipts.length > 1) return;
    this.requests.push({ receipt: JSON.parse(receipt) as Receipt, phone: registration.phone, at });
  }

  /** Records an observation that differs from the one before it. */
  recordObservation(request: Registered, observation: Observation): void {
    const { last } = request;
    const isSame = last?.phase === observation.phase && last.reached === observation.reached;
    if (isSame && JSON.stringify(last.states) === JSON.stringify(observation.states)) return;
    request.last = observation;
    this.observations.push(observation);
  }

  get open(): Registered[] {
    return this.requests.filter(({ last }) => last?.phase !== 'ended');
  }
}
