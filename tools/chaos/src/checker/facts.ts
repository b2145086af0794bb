/** What one HTTP call was answered; `status` 0 where nothing came. */
export interface Answer {
  /** Method and path with ids left out. */
  endpoint: string;
  status: number;
  /** The problem's code, where it is one, or why no answer came. */
  code?: string;
}

/** All answers to the clients of one Idempotency-Key. */
export interface Registration {
  key: string;
  phone: string;
  /** Every 2xx body, word for word. */
  receipts: string[];
}

export interface Receipt {
  requestId: string;
  receiptNumber: string;
  queryCode: string;
}

/** What an applicant saw at one moment. Observations of one receipt follow one another. */
export interface Observation {
  receiptNumber: string;
  at: number;
  phase: string;
  states: Record<string, string>;
  /** Stages that its parts have passed, of all of them together. */
  reached: number;
}

/** A provider really did something: one for each time. */
export interface Effect {
  provider: string;
  placement: string;
  operation: string;
  kind: string;
}

/** A text that the gateway sent; the same id is sent once, however often it is asked for. */
export interface Text {
  id: string;
  to: string;
  text: string;
}

/** Something laid aside where an operator sees it. */
export interface Parked {
  service: string;
  requestId?: string;
  reason: string;
}

export interface Finding {
  requestId: string;
  provider: string;
  kind: string;
  /** What becomes of orders that the provider made once too often. */
  secondOrders: { state: string }[];
}

/** Everything the checker knows of a run; nothing of it comes from the product's tables. */
export interface Facts {
  registrations: Registration[];
  answers: Answer[];
  observations: Observation[];
  effects: Effect[];
  texts: Text[];
  parked: Parked[];
  findings: Finding[];
  /** Providers that cannot tell a repeated operation from a new one and must be asked. */
  lookUpProviders: string[];
  /** Was a process stopped for longer than its leases? */
  hadFreeze: boolean;
  /** The codes of `docs/problems.md`. */
  documented: string[];
}
